import type { ParametersPort, ParameterToPut } from "../../../scripts/aws";
import type { Place } from "../../../topology";
import { error, idOf, type Change, type Guard } from "./call";
import type { FakeCloud } from "./fake-cloud";

export function parametersPort(cloud: FakeCloud, place: Place, guard: Guard, change: Change): ParametersPort {
  const { account, region } = place;
  const key = (name: string) => `${idOf(place)} ${name}`;
  const versionsShown = (name: string) => {
    const now = cloud.clock.now().getTime();
    return (cloud.parameters.get(key(name)) ?? []).filter(({ shownAt }) => shownAt <= now);
  };
  return {
    get: async (name) => {
      guard(account, region, "GetParameter");
      return cloud.shown(place, name);
    },
    lookAt: async (name) => {
      guard(account, region, "GetParameter");
      const value = cloud.shown(place, name);
      if (value === undefined) return undefined;
      guard(account, region, "ListTagsForResource");
      const { type, dataType } = cloud.parameterTypes.get(key(name)) ?? {
        type: "String",
        dataType: "aws:ec2:image",
      };
      const tags = cloud.parameterTags.get(key(name)) ?? {};
      const version = versionsShown(name).length;
      return { type, dataType, version, tags, ...(type === "SecureString" ? {} : { value }) };
    },
    read: async (name) => {
      guard(account, region, "GetParameter");
      const shown = versionsShown(name);
      const last = shown.at(-1);
      return last === undefined ? undefined : { value: last.value, version: shown.length };
    },
    below: async (path) => {
      guard(account, region, "GetParametersByPath");
      const prefix = key(`${path}/`);
      const names = [...cloud.parameters.keys()].filter((known) => known.startsWith(prefix));
      return names.flatMap((known) => {
        const name = known.slice(key("").length);
        const value = cloud.shown(place, name);
        return value === undefined ? [] : [{ name, value }];
      });
    },
    tagged: async (tags) => {
      guard(account, region, "DescribeParameters");
      const own = [...cloud.parameterTags].filter(([name]) => name.startsWith(key("")));
      return own
        .filter(([, carried]) => Object.entries(tags).every(([tag, value]) => carried[tag] === value))
        .map(([name]) => name.slice(key("").length));
    },
    history: async (name) => {
      guard(account, region, "GetParameterHistory");
      if (cloud.unreadable.has(key(name)))
        throw error(account, region, "GetParameterHistory", "AccessDeniedException", "not authorized");
      return versionsShown(name).map(({ value, shownAt }, index) => ({
        version: index + 1,
        value,
        at: new Date(shownAt).toISOString(),
        labels: [],
      }));
    },
    put: (parameter) =>
      change(account, region, "PutParameter", () => {
        const entries = cloud.parameters.get(key(parameter.name));
        if (entries !== undefined && !parameter.overwrite) return undefined;
        if (entries === undefined && !parameter.overwrite) {
          cloud.parameterTags.set(key(parameter.name), parameter.tags);
          cloud.parameterTypes.set(key(parameter.name), { type: "String", dataType: parameter.dataType });
        }
        const now = cloud.clock.now().getTime();
        const isImage = parameter.dataType === "aws:ec2:image";
        const version = (entries?.length ?? 0) + 1;
        if (isImage && !isPublishable(cloud, place, parameter)) return version;
        const shownAt = now + (isImage ? (cloud.options.validateSeconds ?? 3) * 1000 : 0);
        cloud.parameters.set(key(parameter.name), [...(entries ?? []), { value: parameter.value, shownAt }]);
        return version;
      }),
    delete: (name) =>
      change(account, region, "DeleteParameter", () => {
        cloud.parameterTags.delete(key(name));
        cloud.parameters.delete(key(name));
      }),
  };
}

/** Images of the account, or shared with it, in that Region. */
function isPublishable(cloud: FakeCloud, { account, region }: Place, { value }: ParameterToPut): boolean {
  cloud.settle();
  return cloud.images.some(
    ({ view, registered, place, launchPermissions }) =>
      view.id === value &&
      registered &&
      view.state === "available" &&
      place.region === region &&
      (place.account.id === account.id || launchPermissions.includes(account.id)),
  );
}
