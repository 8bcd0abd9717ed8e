flow: $(LIBRARY)
