import { partsOf } from "../../../kinds/ami/carry/stored/parts";
import { INTERNAL_ERROR, LargeObject, PRECONDITION_FAILED } from "../../_helpers/large-object";

/** Through the real SDK; bench/object.ts copies 5,000 GB. */
const SIZE = 40 * 256 * 1024 ** 2 - 1;

let s3: LargeObject;

beforeEach(async () => {
  s3 = new LargeObject(SIZE);
  await s3.start();
});
afterEach(() => s3.stop());

test("a part that S3 fails to copy is retried alone, and the object is copied completely", async () => {
  s3.refuses = (part, times) => (part === 7 && times < 3 ? INTERNAL_ERROR : undefined);
  await s3.push();
  expect(s3.arrived).toBe(SIZE);
  expect(s3.asked.size).toBe(partsOf(SIZE).length);
  expect([...s3.asked].filter(([, times]) => times > 1)).toEqual([[7, 3]]);
  expect(s3.aborted).toBe(0);
});

test("an object that changes while its parts are copied is refused, and its upload is aborted", async () => {
  s3.refuses = (part) => (part > 20 ? PRECONDITION_FAILED : undefined);
  await expect(s3.push()).rejects.toMatchObject({ code: "StoredImageChanged", account: "111111111111" });
  expect(s3.aborted).toBe(1);
  expect(s3.arrived).toBeUndefined();
  // Requests in progress end; after that, nothing is started and nothing is repeated.
  expect(s3.asked.size).toBeLessThan(partsOf(SIZE).length);
  expect(Math.max(...s3.asked.values())).toBe(1);
});
