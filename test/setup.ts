// A test that takes milliseconds may take seconds on a busy machine; only a test that hangs should fail.
jest.setTimeout(30_000);
