"""A small workbook of made-up rows: make.py OUT.xlsx [bomb|garbage]. Dates and times are numbers, as a spreadsheet keeps them.
bomb: a sheet that unpacks to a thousand times its size; garbage: a zip whose sheet is no XML."""
import sys
import zipfile

EPOCH = 25569  # 1970-01-01 as a spreadsheet counts days; 20,528 days later is 2026-03-16
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'


def cell(ref, value, style=None):
    s = f' s="{style}"' if style else ''
    if isinstance(value, str):
        return f'<c r="{ref}" t="inlineStr"{s}><is><t>{value}</t></is></c>'
    return f'<c r="{ref}"{s}><v>{value}</v></c>'


def sheet(rows):
    out = []
    for r, row in enumerate(rows, 1):
        cells = ''.join(cell('ABCDEFGHIJ'[c] + str(r), *(v if isinstance(v, tuple) else (v,))) for c, v in enumerate(row))
        out.append(f'<row r="{r}">{cells}</row>')
    return f'{HEAD}<worksheet {MAIN}><sheetData>{"".join(out)}</sheetData></worksheet>'


def rows():
    yield ['Ref', 'Changed', 'Date', 'Start', 'End', 'Ward', 'Band', 'Filled']
    for i in range(40):
        day = EPOCH + 20528 + i % 14
        # 08:30 is 0.354166…: what cuts instead of rounding makes it 08:29.
        yield [f'X{i}', (day - 7 + 8.5 / 24, 2), (day, 1), (8.5 / 24, 3), (20 / 24, 3), 'Café Ward', f'Band {2 + i % 6}', 'Bank']


def parts(data):
    styles = ('<numFmts count="1"><numFmt numFmtId="170" formatCode="hh:mm"/></numFmts><fonts count="1"><font/></fonts>'
              '<fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
              '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/></cellXfs>')
    office = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
    yield '[Content_Types].xml', (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{office}.worksheet+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{office}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{office}.styles+xml"/></Types>')
    yield '_rels/.rels', (f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                          f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
    yield 'xl/workbook.xml', (f'{HEAD}<workbook {MAIN} xmlns:r="{REL}"><sheets><sheet name="Notes" sheetId="1" r:id="rId1"/>'
                              '<sheet name="Shifts" sheetId="2" r:id="rId2"/></sheets></workbook>')
    yield 'xl/_rels/workbook.xml.rels', (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{REL}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="rId3" Type="{REL}/styles" Target="styles.xml"/></Relationships>')
    yield 'xl/styles.xml', f'{HEAD}<styleSheet {MAIN}>{styles}</styleSheet>'
    yield 'xl/worksheets/sheet1.xml', sheet([['Made up, for a test alone']])
    yield 'xl/worksheets/sheet2.xml', data


def main():
    how = sys.argv[2] if len(sys.argv) > 2 else ''
    with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        for name, text in parts('<<<not a sheet' if how == 'garbage' else sheet(rows())):
            if how == 'bomb' and name.endswith('sheet2.xml'):
                with z.open(name, 'w') as out:
                    head, tail = text.split('</sheetData>')
                    out.write(head.encode())
                    row = b'<row r="9"><c r="A9" t="inlineStr"><is><t>' + b'A' * 30000 + b'</t></is></c></row>'
                    for _ in range(400):  # twelve megabytes in a few kilobytes of file
                        out.write(row)
                    out.write(b'</sheetData>' + tail.encode())
            else:
                z.writestr(name, text)


if __name__ == '__main__':
    main()
