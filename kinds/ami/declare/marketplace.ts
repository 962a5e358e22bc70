/**
 * How to use an AWS Marketplace image in another account, into which AWS does not copy it. Source: EC2 user guide,
 * "Copy an AMI" (considerations).
 */
export const MARKETPLACE_ELSEWHERE =
  'share the image (route: "share"), which keeps the product codes; or subscribe to the product in the destination account, launch an instance there, and create an image from it';
