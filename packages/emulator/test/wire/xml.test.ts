import { encodeXml, parseXml } from "../../wire/xml";

test("lists are wrapped in the element that the protocol has for them", () => {
  expect(encodeXml({ imagesSet: [{ imageId: "a" }, { imageId: "b" }] }, "item")).toBe(
    "<imagesSet><item><imageId>a</imageId></item><item><imageId>b</imageId></item></imagesSet>",
  );
  expect(encodeXml({ Names: ["a"] }, "member")).toBe("<Names><member>a</member></Names>");
});

test("an empty list is an empty element, and absent values are left out", () => {
  expect(encodeXml({ imagesSet: [], nextToken: undefined, nothing: null }, "item")).toBe(
    "<imagesSet></imagesSet>",
  );
});

test("booleans, numbers and dates have AWS's formats", () => {
  const when = new Date("2030-01-02T03:04:05Z");
  expect(encodeXml({ encrypted: false, size: 8, when }, "item")).toBe(
    "<encrypted>false</encrypted><size>8</size><when>2030-01-02T03:04:05.000Z</when>",
  );
});

test("texts cannot break out of their element", () => {
  expect(encodeXml({ name: `<a href="x">&'\u0001` }, "item")).toBe(
    "<name>&lt;a href=&quot;x&quot;&gt;&amp;&apos;</name>",
  );
});

test("a response is parsed into texts and arrays, for one entry or many", () => {
  expect(parseXml("<R><set><item><id>01</id></item></set><flag>true</flag><none/></R>")).toEqual({
    R: { set: [{ id: "01" }], flag: "true", none: "" },
  });
});
