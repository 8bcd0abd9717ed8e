# Installing: programs, the client library, man pages, rules, messages, the service. The GNU directories; DESTDIR for packages.
INSTALL_VARIANT ?= release
PREFIX      ?= /usr/local
prefix      ?= $(PREFIX)
exec_prefix ?= $(prefix)
bindir      ?= $(exec_prefix)/bin
libdir      ?= $(exec_prefix)/lib
includedir  ?= $(prefix)/include
datarootdir ?= $(prefix)/share
datadir     ?= $(datarootdir)
docdir      ?= $(datarootdir)/doc/fairbank
mandir      ?= $(datarootdir)/man
# A system's own packages are configured in /etc; whatever is built by hand, below its prefix.
sysconfdir  ?= $(if $(filter /usr,$(prefix)),/etc,$(prefix)/etc)
unitdir     ?= $(prefix)/lib/systemd/system
sysusersdir ?= $(prefix)/lib/sysusers.d
INSTALL_DIRS := prefix exec_prefix bindir libdir includedir datadir docdir mandir sysconfdir unitdir sysusersdir

# ---- the client library ------------------------------------------------------
# One object of everything that a publisher needs, in which only the names of one list are to be seen: nothing of it can clash with
# names of the program that it becomes a part of.
SONAME     := libfairbank.so.0
LIBRARY    := $(B)/libfairbank.a $(B)/$(SONAME)
PUBLIC_MAP := adapters/lib/fairbank.map
public      = $(shell tools/library-names --map)
LIBRARY_C  := $(addprefix adapters/lib/,ask.c client.c client_hear.c consumer.c curve.c dealer.c feed.c publisher.c receipt.c said.c secret_file.c slots.c spool.c spool_rows.c)
PIC_LIB_O  := $(LIBRARY_C:%.c=$(B)/pic/%.o)
PIC_ENG_O  := $(patsubst %.c,$(B)/pic/%.o,$(wildcard engine/base/*.c engine/core/*.c engine/wire/*.c)) $(PROTOS:proto/%.proto=$(B)/pic/gen/%.pb-c.o)
PIC_FLAGS  := -fPIC -fno-semantic-interposition
## lib: the client library, static and shared (adapters/lib/fairbank.h)
lib: $(LIBRARY)
$(B)/pic/%.o: %.c $(B)/.flags | $(GEN_C) $(PACKAGES)
	@mkdir -p $(@D)
	$(call say,CC,$< (pic))$(CC) $(CPPFLAGS) $(WARN) $(ALL_CFLAGS) $(PIC_FLAGS) -c -o $@ $<
$(B)/pic/gen/%.o: $(GEN)/%.c $(B)/.flags
	@mkdir -p $(@D)
	$(call say,CC,$< (pic))$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(PIC_FLAGS) -w -c -o $@ $<
$(B)/pic/engine.a: $(PIC_ENG_O)
	$(Q)rm -f $@ && ar rcsD $@ $^
$(B)/pic/fairbank.o: $(PIC_LIB_O) $(B)/pic/engine.a $(PUBLIC_MAP)
	$(call say,LINK,$@)ld -r -o $@ $(addprefix -u ,$(public)) $(PIC_LIB_O) $(B)/pic/engine.a
$(B)/libfairbank.a: $(B)/pic/fairbank.o
	$(Q)printf '%s\n' $(public) > $(B)/pic/public
	$(call say,AR,$@)objcopy --keep-global-symbols=$(B)/pic/public $< $(B)/pic/libfairbank.o && rm -f $@ && ar rcsD $@ $(B)/pic/libfairbank.o
$(B)/$(SONAME): $(B)/pic/fairbank.o
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,--version-script=$(PUBLIC_MAP) -o $@ $< $(shell pkg-config --libs libzmq libprotobuf-c libsodium)

# ---- installing ---------------------------------------------------------------
installing = BIN='$(BUILD)/$(INSTALL_VARIANT)' PROGRAMS='$(PROGRAMS)' DESTDIR='$(DESTDIR)' SONAME='$(SONAME)' VERSION='$(VERSION)' STRIP='$(STRIP)' \
    $(foreach d,$(INSTALL_DIRS),$(d)='$($(d))') tools/install
## install: build the release, then put it under PREFIX (/usr/local); DESTDIR stages it. install-strip: without symbols for debuggers
install:
	$(Q)$(MAKE) VARIANT=$(INSTALL_VARIANT) all lib
	$(Q)$(installing) install
install-strip:
	$(Q)$(MAKE) install STRIP=strip
## uninstall: take away what install put there, and a configuration that nobody changed
uninstall:
	$(Q)$(installing) uninstall
## install-list: what install would put where, with modes
install-list:
	$(Q)$(installing) list
## deb: Debian packages in build/deb: fairbank, libfairbank0, libfairbank-dev
DEB ?= $(BUILD)/deb
deb:
	$(Q)tools/install-packages build deb
	$(Q)rm -rf $(DEB) && mkdir -p $(DEB)
	$(Q)$(MAKE) install-strip PREFIX=/usr libdir=/usr/lib/$(shell dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null) DESTDIR=$(abspath $(DEB))/stage > /dev/null
	$(Q)tools/deb $(abspath $(DEB))/stage $(abspath $(DEB))
	$(Q)rm -rf $(DEB)/stage
.PHONY: lib deb install install-strip uninstall install-list
