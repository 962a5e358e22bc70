# Unmodified fog-aws: a shared image, and a bucket with a file. Usage: fog_client.rb URL; prints its results as JSON.

require "fog/aws"
require "json"

own = {
  aws_access_key_id: "111111111111",
  aws_secret_access_key: "rehearsal",
  region: "eu-west-1",
  endpoint: ARGV[0],
}
ec2 = Fog::AWS::Compute.new(own)
base = ec2.describe_images("Owner" => "amazon", "architecture" => "x86_64").body["imagesSet"].first
server = ec2.servers.create(image_id: base["imageId"], flavor_id: "t3.micro", tags: { "team" => "web" })
server.wait_for(60, 0.2) { ready? }
image = ec2.create_image(server.id, "by-fog", "made by fog", true).body["imageId"]
sleep 0.2 until ec2.images.get(image).state == "available"
ec2.modify_image_attribute(image, "Add.UserId" => ["222222222222"])
tags = ec2.servers.get(server.id).tags
server.destroy

s3 = Fog::Storage.new(own.merge(provider: "AWS", path_style: true))
folder = s3.directories.create(key: "by-fog", location: "eu-west-1")
folder.files.create(key: "a/file", body: "content")
puts JSON.generate(tags: tags, files: folder.files.map(&:key), content: folder.files.get("a/file").body)
