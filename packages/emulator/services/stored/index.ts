import type { MountedService } from "../../dispatch";
import { dynamoDbService } from "../dynamodb/service";
import { lambdaService } from "../lambda/service";
import { logsService } from "../logs/service";
import { secretsManagerService } from "../secretsmanager/service";
import { snsService } from "../sns/service";
import { sqsService } from "../sqs/service";

/** Services of a user's own stack, next to ours: each authorised by a table, stored in moto. */
export function storedServices(): readonly MountedService[] {
  return [
    dynamoDbService(),
    lambdaService(),
    logsService(),
    secretsManagerService(),
    snsService(),
    sqsService(),
  ];
}
