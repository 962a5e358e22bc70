/** What a test file finds around itself, and can be made as it was. */
export interface Surroundings {
  restore(): void;
}

/**
 * Takes down what is around a test file now: what Jest keeps on the global object by symbols, environment variables, what listens to the
 * process. Names on it are Jest's functions, which the next file gets anew, and what packages keep there for as long as the worker lives.
 */
export function surroundings(): Surroundings {
  const symbols = new Set(Object.getOwnPropertySymbols(globalThis));
  const env = { ...process.env };
  const directory = process.cwd();
  // eslint-disable-next-line no-restricted-properties -- Jest puts another one in its place for each file
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
