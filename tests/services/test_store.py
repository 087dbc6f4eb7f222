"""The S3 API that tests use."""

import boto3

from migrator.services import ObjectStore


def test_what_is_put_into_a_bucket_can_be_read_again(s3: ObjectStore) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=s3.endpoint_url,
        aws_access_key_id=s3.access_key,
        aws_secret_access_key=s3.secret_key,
        region_name=s3.region,
    )
    client.create_bucket(Bucket="services-test")
    client.put_object(Bucket="services-test", Key="day=1/ä.csv", Body=b"a,b\n")
    assert client.get_object(Bucket="services-test", Key="day=1/ä.csv")["Body"].read() == b"a,b\n"
