/** Values, by name, that a program can export but that no topology has; created for each use, because some can be used only once. */
export const HOSTILE: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  zero: () => 0,
  "minus zero": () => -0,
  fraction: () => 0.5,
  NaN: () => NaN,
  Infinity: () => Infinity,
  "a BigInt": () => 12n,
  "a symbol": () => Symbol("name"),
  "a function": () => () => "web",
  "a class": () => class Account {},
  "an async function": () => async () => "web",
  "a generator": () => (function* () {})(),
  "empty text": () => "",
  "blank text": () => " ",
  "long text": () => "a".repeat(70_000),
  "endless text": () => "a/".repeat(2_000_000),
  "a surrogate": () => "\ud83d",
  "control characters": () => "\u0000\u001b[2J\u009b\u202e\r\n",
  "a template": () => "${path.module}%{ if true }",
  "a name of every object": () => "constructor",
  "another name of every object": () => "toString",
  "the name of the prototype": () => "__proto__",
  "an empty list": () => [],
  "a list of holes": () => new Array(3),
  "an endless list of holes": () => new Array(4_000_000_000),
  "a list with names": () => Object.assign(["web"], { web: "web" }),
  "a list of another class": () => new (class Names extends Array<string> {})(),
  "a long list": () => Array.from({ length: 20_000 }, () => null),
  "many lists": () => Array.from({ length: 9_000 }, () => Array.from({ length: 40 }, () => null)),
  "an empty object": () => ({}),
  "an object without a prototype": () => Object.create(null) as object,
  "an object with another prototype": () => Object.create({ account: "builder" }) as object,
  "an own prototype": () => JSON.parse('{"__proto__":{"account":"builder"}}') as unknown,
  "names of every object": () => ({ constructor: {}, toString: 1, valueOf: null, hasOwnProperty: "x" }),
  "a name that is a symbol": () => ({ [Symbol.iterator]: 1 }),
  toJSON: () => ({ toJSON: () => "builder" }),
  "a throwing toJSON": () => ({
    toJSON() {
      throw null;
    },
  }),
  "a throwing toString": () => ({
    toString() {
      throw new Error("no");
    },
    [Symbol.toPrimitive]() {
      throw new Error("no");
    },
  }),
  "a throwing getter": () => ({
    get account(): string {
      throw new Error("no account");
    },
  }),
  "a getter that throws nothing": () => ({
    get account(): string {
      throw null;
    },
  }),
  "a getter that throws itself": () => {
    const thrower: object = {
      get region(): string {
        throw thrower;
      },
    };
    return thrower;
  },
  "a getter": () => ({
    get id() {
      return String(Math.random());
    },
  }),
  "a proxy": () => new Proxy({ account: "builder" }, {}),
  "a proxy of a list": () => new Proxy(["builder"], {}),
  "a throwing proxy": () => throwingProxy(),
  "a throwing proxy as prototype": () => Object.create(throwingProxy()) as object,
  "a getter that throws a proxy": () => ({
    get name(): string {
      throw throwingProxy();
    },
  }),
  "a revoked proxy": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  "a cycle": () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    return cycle;
  },
  "a cycle of lists": () => {
    const cycle: unknown[] = [];
    cycle.push([cycle]);
    return cycle;
  },
  "20,000 levels": () => nested(20_000, (inner) => ({ inner })),
  "20,000 levels of lists": () => nested(20_000, (inner) => [inner]),
  "shared parts that double at every level": () => nested(40, (inner) => ({ one: inner, other: inner })),
  "a Map": () => new Map([["builder", { id: "111111111111" }]]),
  "a Set": () => new Set(["eu-west-1"]),
  "a WeakMap": () => new WeakMap(),
  "a Date": () => new Date(0),
  "an invalid Date": () => new Date(NaN),
  "a regular expression": () => /web-.*/,
  "an error": () => new Error("web"),
  "a promise": () => Promise.resolve("web"),
  "a promise that never settles": () => new Promise(() => undefined),
  "a rejected promise": () => {
    const rejected = Promise.reject(new Error("no"));
    rejected.catch(() => undefined);
    return rejected;
  },
  "a thenable": () => ({ then: (settle: (value: string) => void) => settle("web") }),
  "a buffer": () => Buffer.from("web"),
  "an array buffer": () => new ArrayBuffer(8),
  "boxed text": () => Object("web") as unknown,
  "a boxed number": () => Object(1) as unknown,
  "an instance": () =>
    new (class Account {
      id = "111111111111";
    })(),
  globalThis: () => globalThis,
  process: () => process,
};

/** Names under which a part of a topology can be added. */
export const HOSTILE_NAMES = [
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "",
  " ",
  "0",
  "-1",
  "length",
  "then",
  "toJSON",
  "${x}",
  "a.b[0]",
  "\u001b[31m",
  "\u202e",
  "a".repeat(100_000),
] as const;

function throwingProxy(): object {
  const refuse = () => {
    throw new Error("a trap of a proxy");
  };
  const traps = Object.getOwnPropertyNames(Reflect).map((trap) => [trap, refuse]);
  return new Proxy({}, Object.fromEntries(traps) as ProxyHandler<object>);
}

function nested(levels: number, around: (inner: unknown) => unknown): unknown {
  let value: unknown = "web";
  for (let level = 0; level < levels; level += 1) value = around(value);
  return value;
}
