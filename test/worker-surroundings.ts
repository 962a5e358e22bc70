/** Global state around a test file, which can be restored. */
export interface Surroundings {
  restore(): void;
}

/**
 * Records the global state around a test file: values that Jest keeps on the global object under symbols, environment variables, and listeners of
 * the process. Named properties are not recorded: they are Jest's functions, which the next file gets again, and values that packages keep for the
 * lifetime of the worker.
 */
export function surroundings(): Surroundings {
  const symbols = new Set(Object.getOwnPropertySymbols(globalThis));
  const env = { ...process.env };
  const directory = process.cwd();
  // eslint-disable-next-line no-restricted-properties -- Jest replaces it for each file
  const { exit } = process;
  const { exitCode } = process;
  const umask = process.umask();
  const listeners = new Map(
    process.eventNames().map((name) => [name, new Set(process.rawListeners(name as "exit"))]),
  );
  return {
    restore: () => {
      for (const symbol of Object.getOwnPropertySymbols(globalThis))
        if (!symbols.has(symbol)) Reflect.deleteProperty(globalThis, symbol);
      for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
      Object.assign(process.env, env);
      process.chdir(directory);
      // eslint-disable-next-line no-restricted-properties -- see above
      process.exit = exit;
      process.exitCode = exitCode;
      process.umask(umask);
      for (const name of process.eventNames())
        for (const listener of process.rawListeners(name as "exit"))
          if (listeners.get(name)?.has(listener) !== true)
            process.removeListener(name as "exit", listener as () => void);
    },
  };
}
