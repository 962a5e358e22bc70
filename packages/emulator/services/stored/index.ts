import type { MountedService } from "../../dispatch";
import { dynamoDbService } from "../dynamodb/service";
import { lambdaService } from "../lambda/service";
import { logsService } from "../logs/service";
import { secretsManagerService } from "../secretsmanager/service";
import { snsService } from "../sns/service";
import { sqsService } from "../sqs/service";

/** What a user's own stack is made of beside ours: authorised by a table each, kept by moto. */
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
