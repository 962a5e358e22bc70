import { declaredKind, type Rule } from "../../../../topology";
import type { ImageView } from "../../../../scripts/aws";
import type { Intent } from "../../../../scripts/engine/intent";
import { check, type Finding } from "../../../../scripts/engine/finding";
import { pinnedSourceGone } from "../../../shared/pinned-source-gone";

const say = check("source-image");

/** Whether the image to copy exists, and AWS would copy it. */
export function checkSourceImage(rule: Rule, image: ImageView | undefined, intent?: Intent): Finding {
  const { account, region } = rule.from;
  if (image === undefined) return noImage(rule, intent);
  if (image.state === "available") {
    return say.passed(rule.name, `${image.id} (${image.name}) is available in ${account.id} ${region}`);
  }
  const fix =
    image.state === "disabled"
      ? `account ${account.id} must enable the image again`
      : `account ${account.id} must wait until the image is available, or name another image`;
  return say.failed(
    rule.name,
    `${image.id} is ${image.state}; only an available image can be copied`,
    fix,
    account.id,
  );
}

function noImage(rule: Rule, intent: Intent | undefined): Finding {
  const { account, region, select } = rule.from;
  const place = `account ${account.id} ${region}`;
  if (intent !== undefined) return pinnedSourceGone(say, rule, intent, "image");
  return "newest" in select
    ? say.failed(
        rule.name,
        `${place} owns no available image whose name matches "${select.newest.name}"`,
        `correct images.${rule.name}.from, or create the image`,
      )
    : say.failed(
        rule.name,
        `${place} does not own ${declaredKind(rule).selectorWords(select)}`,
        `correct images.${rule.name}.from`,
      );
}
