"use strict";
/**
 * Loads what every synthesis needs of others before TypeScript is: `node -r ./bin/libraries.js -r tsx/cjs main.ts`. What is
 * loaded afterwards goes through the compiler, though it is JavaScript already, which takes twice as long. What only
 * launches need is left to the topologies that have some.
 */
require("./compile-later");
require("constructs");
require("cdktf");
require("zod");
require("@cdktf/provider-aws/lib/data-aws-caller-identity");
require("@cdktf/provider-aws/lib/data-aws-kms-alias");
require("@cdktf/provider-aws/lib/data-aws-partition");
require("@cdktf/provider-aws/lib/data-aws-region");
require("@cdktf/provider-aws/lib/ebs-default-kms-key");
require("@cdktf/provider-aws/lib/ebs-encryption-by-default");
require("@cdktf/provider-aws/lib/iam-policy");
require("@cdktf/provider-aws/lib/iam-role");
require("@cdktf/provider-aws/lib/iam-role-policy");
require("@cdktf/provider-aws/lib/iam-role-policy-attachment");
require("@cdktf/provider-aws/lib/kms-alias");
require("@cdktf/provider-aws/lib/kms-key");
require("@cdktf/provider-aws/lib/kms-replica-key");
require("@cdktf/provider-aws/lib/provider");
