"""Names service-linked roles as AWS does. moto makes names of its own for the roles that launch instances."""

from moto.iam.models import SERVICE_NAME_CONVERSION


def name_as_aws():
    SERVICE_NAME_CONVERSION.update(
        {"ec2fleet": "EC2Fleet", "spot": "EC2Spot", "spotfleet": "EC2SpotFleet"}
    )
