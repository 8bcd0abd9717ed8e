# Faster than the disk, and peers that never read. The shim takes no sanitizer: see crash.mk.
flow: $(B)/overload $(B)/shim_crash.so
OVERLOAD_O := $(B)/tests/flow/overload.o $(B)/tests/flow/overload_curious.o $(B)/tests/flow/overload_sources.o $(B)/tests/bench/make.o $(B)/tests/bench/figures.o
$(B)/overload: $(OVERLOAD_O) $(LIB_O) $(ENGINE_O)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
