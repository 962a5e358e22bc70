import type { Exchange } from "../../../dispatch";
import { FORWARDED, FORWARDED_RELAYS } from "../../../services/ec2/forwarded";

const forwarded = async (operation: string, body: string): Promise<string> => {
  const forward = () => Promise.resolve({ status: 200, headers: {}, body: Buffer.from(body) });
  const answer = await FORWARDED_RELAYS[operation]?.({ forward, request: {} } as unknown as Exchange);
  return String(answer?.body);
};

test.each(Object.keys(FORWARDED))(
  "%s is answered in AWS's namespace, without tags that do not exist",
  async (name) => {
    const open = `<${name}Response xmlns="http://ec2.amazonaws.com/doc/2012-12-01/">`;
    const tagged = "<tagSet><item><key>a</key><value>b</value></item></tagSet>";
    const answer = await forwarded(
      name,
      `${open}<x><tagSet/></x><y><tagSet>\n </tagSet></y>${tagged}</${name}Response>`,
    );
    expect(answer).toBe(
      `<${name}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><x></x><y></y>${tagged}</${name}Response>`,
    );
  },
);
