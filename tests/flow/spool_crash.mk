# What a publisher took goes out: its process is killed and its disk fails CYCLES times, and the power of its spool is cut at CUTS instants.
# The spool's calls to the system go by the test's own log of the disk.
SPOOL_CRASH_O := $(patsubst %.c,$(B)/%.o,$(wildcard tests/flow/spool_*.c)) $(B)/tests/flow/disk_image.o $(B)/tests/lib/folder.o $(B)/tests/lib/stub_engine.o
SPOOL_WRAPPED := open pwrite fdatasync fsync ftruncate unlink
flow: $(B)/spool_crash
$(B)/spool_crash: $(SPOOL_CRASH_O) $(LIB_O) $(ENGINE_O)
	$(call say,LINK,$@)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(SPOOL_WRAPPED:%=-Wl,--wrap=%) -o $@ $^ $(LDLIBS)
