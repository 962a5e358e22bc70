"""Names service-linked roles as AWS does. moto has different names for the roles that launch instances."""

from moto.iam.models import SERVICE_NAME_CONVERSION


def name_as_aws():
    SERVICE_NAME_CONVERSION.update(
        {"ec2fleet": "EC2Fleet", "spot": "EC2Spot", "spotfleet": "EC2SpotFleet"}
    )
