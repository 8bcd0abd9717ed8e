# Nothing acknowledged is lost, nothing doubles: the engine is killed, and its disk fails, CYCLES times; then its power
# is cut at CUTS points, and that of the store alone; then the same of a publisher and its spool. SEED draws the choices.
# The shims take no sanitizer: they are loaded before the sanitizer's own runtime.
CYCLES ?= 1000
FAULTS ?= 50
SEED   ?= 1
CRASH_O := $(patsubst %.c,$(B)/%.o,$(wildcard tests/flow/crash*.c)) $(B)/tests/flow/disk_image.o $(B)/tests/lib/folder.o
flow: $(B)/crash $(B)/shim_crash.so $(B)/shim_disk.so
## crash: feed, crash, restart, compare, CYCLES times; each fault FAULTS times; then CUTS power cuts (minutes)
crash: $(PACKAGES)
	$(Q)$(MAKE) VARIANT=release all $(BUILD)/release/crash $(BUILD)/release/shim_crash.so $(BUILD)/release/shim_disk.so $(BUILD)/release/power_cut $(BUILD)/release/spool_crash
	$(Q)$(BUILD)/release/crash $(BUILD)/release --cycles $(CYCLES) --faults $(FAULTS) --cuts $(if $(filter command line environment,$(origin CUTS)),$(CUTS),3000) --seed $(SEED)
	$(Q)$(BUILD)/release/power_cut $(abspath $(BUILD)/release/shim_disk.so) $(if $(filter command line environment,$(origin CUTS)),$(CUTS),3000) $(SEED)
	$(Q)$(BUILD)/release/spool_crash $(abspath $(BUILD)/release/shim_crash.so) $(CYCLES) $(if $(filter command line environment,$(origin CUTS)),$(CUTS),3000) $(SEED)
$(B)/crash: $(CRASH_O) $(LIB_O) $(PORTS_O) $(ENGINE_O)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(B)/shim_crash.so: tests/flow/shim_crash.c tests/flow/shim_crash.h
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CPPFLAGS) -MF $@.d $(WARN) -std=c11 -O1 -g -fPIC -shared -o $@ $< -ldl
.PHONY: crash
