// A test that takes milliseconds may take seconds on a machine that does something else; only one that hangs should fail.
jest.setTimeout(30_000);
