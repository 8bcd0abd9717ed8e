# Acknowledged means kept: the store's file, rebuilt as of CUTS instants at which the power could have gone.
# The shim takes no sanitizer: it is loaded before the sanitizer's own runtime.
CUTS     ?= 200
CUT_SEED ?= 2026
POWER_CUT_O := $(B)/tests/flow/power_cut.o $(B)/tests/flow/disk_image.o $(B)/tests/lib/folder.o \
               $(B)/tests/lib/store_rows.o
## power-cut: cut the power of the store at CUTS instants and look what is lost
power-cut: $(B)/power_cut $(B)/shim_disk.so
	$(Q)$(B)/power_cut $(abspath $(B)/shim_disk.so) $(CUTS) $(CUT_SEED)
$(B)/power_cut: $(POWER_CUT_O) $(ENGINE_O)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(B)/shim_disk.so: tests/flow/shim_disk.c tests/flow/shim_disk.h
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CPPFLAGS) -MF $@.d $(WARN) -std=c11 -O1 -g -fPIC -shared -o $@ $< -ldl
.PHONY: power-cut
