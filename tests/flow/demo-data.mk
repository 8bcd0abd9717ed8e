flow: $(B)/demo-data
