"""LocalStack's S3, with its large objects in the temporary folder of this process.

LocalStack's own keeps them in /tmp/localstack-s3-storage, whoever runs it: another user may not write there, and the first
of one user's two LocalStacks to stop removes the folders of the other.
"""

import os
from pathlib import Path

from localstack.services.plugins import Service, aws_provider


@aws_provider(name="tillstream")
def s3() -> Service:
    from localstack.services.s3.provider import S3Provider
    from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore

    folder = os.environ.get("TILLSTREAM_KEPT_FOLDER")
    if not folder:
        return Service.for_provider(S3Provider(EphemeralS3ObjectStore()))

    from tillstream_lambda.kept_s3 import Keeper, KeptStore

    store = KeptStore(os.environ["TILLSTREAM_KEPT_BUCKET"], Path(folder))
    provider = S3Provider(store)
    return Service.for_provider(provider, dispatch_table_factory=Keeper(provider, store).dispatch_table)
