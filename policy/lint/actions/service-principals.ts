import { words } from "./words";

/**
 * Service principals, without `.amazonaws.com`. Source: IAM user guide, "AWS services that work with IAM", and the
 * guides of the services, "Service-linked role permissions" and "trust policy".
 */
export const SERVICE_PRINCIPALS: ReadonlySet<string> = new Set(
  words(`
  access-analyzer account.management acm acm-pca aidevops aiops airflow airflow-env amplify amplifybackend aoss apigateway
  ops.apigateway app-integrations appconfig appfabric appflow application-autoscaling
  application-cost-profiler application-insights appmesh apprunner tasks.apprunner build.apprunner
  networking.apprunner apprunner-static appstream appstream.application-autoscaling appsync apptest aps
  scraper.aps arc-region-switch arc-zonal-shift artifact athena auditmanager autoscaling autoscaling-plans
  b2bi backup backup-gateway restore-testing.backup reports.backup storagegateway batch
  batchoperations.s3 bcm-data-exports bedrock bedrock-agentcore bedrock-data-automation
  preprod.bedrock network.bedrock-agentcore billing billingconductor braket budgets cassandra
  cassandra.application-autoscaling ce chatbot management.chatbot chime voiceconnector.chime transcription.chime
  messaging.chime mediapipelines.chime channels.lex channels.lexv2 cleanrooms cleanrooms-ml cloud9 clouddirectory
  cloudformation hooks.cloudformation resources.cloudformation stacksets.cloudformation
  member.org.stacksets.cloudformation cloudfront logger.cloudfront
  vpcorigin.cloudfront cloudhsm cloudsearch cloudtrail monitoring cloudwatch cloudwatch-crossaccount
  application-signals.cloudwatch codeartifact codebuild codecatalyst codecatalyst-runner codecommit codeconnections codedeploy
  codeguru-profiler codeguru-reviewer codepipeline codestar codestar-connections codestar-notifications cognito-idp cognito-sync
  cognito-identity email.cognito-idp comprehend comprehendmedical compute-optimizer config config-conforms
  config-multiaccountsetup connect connect-campaigns connectcampaigns profile controltower
  cost-optimization-hub bcm cur custom-resource.application-autoscaling customer-profiles dataexchange
  databrew datapipeline datasync datazone auth-bridge.datazone dax deadline credentials.deadline
  deeplens delivery.logs detective devicefarm devops-guru diode directconnect
  discovery continuousexport.discovery dlm dms dms-data-migrations docdb-elastic ds dsql dynamodb
  replication.dynamodb dynamodb.application-autoscaling contributorinsights.dynamodb
  kinesisreplication.dynamodb ec2 ec2.application-autoscaling ec2fleet ec2-instance-connect
  ec2scheduled spot spotfleet transitgateway ecr pullthroughcache.ecr replication.ecr
  templates.ecr public.ecr ecs ecs-tasks ecs.application-autoscaling
  ecs-compute ecs-infrastructure edgelambda lambda replicator.lambda eks eks-fargate
  eks-fargate-pods eks-nodegroup eks-connector pods.eks dashboard.eks elasticache
  elasticbeanstalk maintenance.elasticbeanstalk managedupdates.elasticbeanstalk elasticfilesystem
  elasticfilesystem.backup elasticloadbalancing elasticmapreduce
  elasticmapreduce.application-autoscaling ops.emr-serverless emr-serverless emr-containers
  elastictranscoder es opensearch opensearchservice es-serverless osis osis-pipelines
  observability.aoss entityresolution events apidestinations.events evidently evs export.rds finspace finspace-data
  firehose fis fms forecast frauddetector freertos fsx gamelift globalaccelerator glue
  grafana greengrass groundstation guardduty malware-protection.guardduty malware-protection-plan.guardduty
  health event-processor.health healthlake honeycode iam identitystore imagebuilder importexport
  importvolume ingestion.aps inspector inspector2 agentless.inspector2 internetmonitor invoicing iot
  credentials.iot iotanalytics iotdeviceadvisor iotevents iotfleethub iotfleetwise iotmanagedintegrations iotsitewise
  monitor.iotsitewise iotthingsgraph iottwinmaker iotwireless ivs jellyfish kafka
  kafka-cluster kafkaconnect delivery.kafka kafka.application-autoscaling
  kendra kinesis kinesisanalytics kinesisvideo kms mrk.kms keystores.kms lakeformation launchwizard
  lex lexv2 license-management.marketplace license-manager license-manager.master-account
  license-manager.member-account license-manager-linux-subscriptions license-manager-user-subscriptions
  lightsail location logs lookoutequipment lookoutmetrics lookoutvision m2 machinelearning
  macie macie2 managedblockchain managedservices marketplace metering-marketplace
  deployment.marketplace procurement.marketplace resale-authorization.marketplace mediaconnect mediaconvert
  medialive mediapackage mediapackagev2 mediastore mediatailor medical-imaging memorydb mgh mgn migrationhub dmsintegration.migrationhub
  migrationhub-orchestrator migrationhub-strategy mobileanalytics monitron mq multi-party-approval
  neptune neptune-graph network-firewall networkflowmonitor networkmanager networkmonitor nimble notifications
  oam observabilityadmin omics odb opsworks opsworks-cm ops-works organizations organizationsidentitycenter
  outposts panorama payment-cryptography pca-connector-ad pca-connector-scep personalize pipes
  pinpoint polly pricing prod.ops-managed-service purchaseorders q qapps qbusiness qconnect wisdom
  qldb quicksight ram rds rds.application-autoscaling custom.rds
  rds-custom monitoring.rds preview.rds redshift redshift-serverless scheduler.redshift redshift-data
  reachabilityanalyzer refactor-spaces rekognition repostspace resiliencehub resource-explorer-2
  resource-groups lifecycle.resource-groups resources-and-tags robomaker rolesanywhere route53 route53domains
  dns.route53 dnssec-route53 route53-recovery-control-config route53resolver profiles.route53
  rum s3 access-grants.s3 directory.s3 directory-maintenance.s3 express.s3 files.s3 inventory.s3
  logging.s3 maintenance.s3tables metadata.s3 replication.s3tables s3-object-lambda s3-outposts s3tables storage-lens.s3
  sagemaker sagemaker.application-autoscaling sagemaker-geospatial scheduler schemas
  sdb secretsmanager securityhub hub.securityhub securitylake resource-management.securitylake
  security-ir triage.security-ir self-service-portal.clientvpn clientvpn clientvpn-connections serverlessrepo
  servicecatalog servicecatalog-appregistry sync.servicecatalog orgsdatasync.servicecatalog
  servicediscovery servicequotas ses shield signer signin simspaceweaver
  sms sms-voice snowball snow-device-management sns social-messaging sqs ssm
  ssm-contacts ssm-guiconnect ssm-incidents ssm-quicksetup ssm-sap accountdiscovery.ssm changetemplates.ssm
  incidents.ssm insights.opsdatasync.ssm opsdatasync.ssm opsinsights.ssm message-gateway.ssm sso
  states sts sumerian support-plans support supportapp swf synthetics tagpolicies.tag
  textract timestream timestream-influxdb tnb transcribe transfer transform translate trustedadvisor
  reporting.trustedadvisor tts user-notifications user-subscriptions verified-access
  verifiedpermissions visualid vmie voiceid vpc-flow-logs vpc-lattice waf waf-regional wafv2
  ipam workdocs worklink workmail events.workmail workmail-message-flow workspaces workspaces-web
  workspaces-instances thinclient xray
`),
);
