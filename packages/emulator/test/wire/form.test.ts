import { decodeForm } from "../../wire/form";

function decode(text: string): unknown {
  return decodeForm(new URLSearchParams(text));
}

test("EC2's numbered lists become arrays, at every level", () => {
  const form =
    "Action=DescribeImages&Version=1&ImageId.1=ami-1&Filter.1.Name=state&Filter.1.Value.1=a&Filter.1.Value.2=b";
  expect(decode(form)).toEqual({ ImageId: ["ami-1"], Filter: [{ Name: "state", Value: ["a", "b"] }] });
});

test("the numbers decide the order, not the position in the body", () => {
  expect(decode("Id.10=c&Id.2=b&Id.1=a")).toEqual({ Id: ["a", "b", "c"] });
});

test("lists that are counted from 0 are lists, too", () => {
  expect(decode("Filter.0.Name=a&Filter.0.Value.0=b&Filter.1.Name=c&Tags.member.0=d")).toEqual({
    Filter: [{ Name: "a", Value: ["b"] }, { Name: "c" }],
    Tags: ["d"],
  });
});

test("the Query protocol's member lists become arrays", () => {
  expect(decode("Tags.member.1.Key=a&Tags.member.1.Value=b")).toEqual({ Tags: [{ Key: "a", Value: "b" }] });
});

test("the Query protocol's maps become objects", () => {
  expect(decode("Attributes.entry.1.key=a&Attributes.entry.1.value=b")).toEqual({ Attributes: { a: "b" } });
});

test("structures stay structures", () => {
  expect(decode("LaunchPermission.Add.1.UserId=222222222222")).toEqual({
    LaunchPermission: { Add: [{ UserId: "222222222222" }] },
  });
});

test("an empty value is an empty text", () => {
  expect(decode("Description=")).toEqual({ Description: "" });
});
