import { keyDeclarations, runnerAccess, type Account, type Topology } from "../../topology";
import { acme, mutual, withEbsDefaults } from "../_helpers/topologies";

function account(topology: Topology, name: string): Account {
  return topology.accounts.find((candidate) => candidate.name === name) as Account;
}

function keysOf(topology: Topology): string[] {
  return keyDeclarations(topology).map((key) => `${key.account} ${key.region} ${key.purpose}`);
}

test("every destination has a home key and only sources have a transit key", () => {
  expect(keysOf(acme())).toEqual([
    "222222222222 eu-central-1 home",
    "333333333333 eu-west-1 home",
    "111111111111 eu-west-1 transit",
  ]);
});

test("an account that both sends and receives has both keys, and they are different", () => {
  const keys = keyDeclarations(mutual()).filter(
    (key) => key.account === "111111111111" && key.region === "us-east-1",
  );
  expect(keys.map((key) => key.purpose)).toEqual(["home", "transit"]);
  expect(new Set(keys.map((key) => key.alias)).size).toBe(2);
});

test("no home key is open to another account", () => {
  for (const key of [...keyDeclarations(acme()), ...keyDeclarations(mutual())]) {
    if (key.purpose === "home") expect(key.copiers).toEqual([]);
  }
});

test("a destination reads the transit key and writes its own home key, and no other", () => {
  const { keys } = runnerAccess(acme(), account(acme(), "prod"));
  expect(keys.map((use) => `${use.as} ${use.key.account} ${use.key.alias}`)).toEqual([
    "write 222222222222 alias/keyferry/acme/home",
    "read 111111111111 alias/keyferry/acme/transit",
  ]);
});

test("the source reads its own keys and writes the transit key", () => {
  const { keys, sharesIn, publishes } = runnerAccess(acme(), account(acme(), "builder"));
  expect(keys.map((use) => `${use.as} ${use.key.alias}`)).toEqual([
    "write alias/keyferry/acme/transit",
    "read alias/app-data",
  ]);
  expect(sharesIn).toEqual(["eu-west-1"]);
  expect(publishes).toEqual([]);
});

test("only an account that launches instances may create the Auto Scaling role", () => {
  expect(runnerAccess(acme(), account(acme(), "prod")).launches).toBe(true);
  expect(runnerAccess(acme(), account(acme(), "staging")).launches).toBe(false);
});

test("with ebsDefaults an account has one EBS default key in each Region: the transit key if it has one, else the home key", () => {
  const defaults = keyDeclarations(withEbsDefaults()).filter((key) => key.ebsDefault === true);
  expect(defaults.map((key) => `${key.account} ${key.region} ${key.purpose}`)).toEqual([
    "111111111111 us-west-2 home",
    "111111111111 us-east-1 transit",
  ]);
  expect(keyDeclarations(mutual()).some((key) => key.ebsDefault === true)).toBe(false);
});
