"""S3 that keeps the objects of one bucket in a folder, where the next LocalStack finds them when it makes the bucket.

What a call has changed is on the disk before it is answered, so it survives SIGKILL. For each key there is a file that names
its versions with all that S3 knows of them, replaced as a whole; for each version a file with its bytes, written before that.
Settings of the bucket and tags of objects are not kept: a deployment makes the first, nobody here uses the others.
"""

import hashlib
import os
import pickle
import threading
from pathlib import Path
from typing import BinaryIO

from localstack.aws.skeleton import create_dispatch_table
from localstack.services.s3.models import S3Object, VersionedKeyStore
from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore, LockedFileMixin

# Reads too: nobody may see what is not on the disk yet.
ON_A_KEY = ("PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject", "GetObject", "HeadObject")
READS = ("GetObject", "HeadObject")


class KeptFile(LockedFileMixin):
    """What LocalStack takes for an object's open file. It is opened for each use: there may be more objects than open files."""

    def __init__(self, path: Path):
        super().__init__()
        self.path = path
        self.position = 0

    def _open(self) -> BinaryIO:
        return os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self.position}.get(whence)
        self.position = offset + (self.path.stat().st_size if start is None else start)
        return self.position

    def tell(self) -> int:
        return self.position

    def read(self, size: int = -1) -> bytes:
        with self.path.open("rb") as file:
            file.seek(self.position)
            data = file.read(size)
        self.position += len(data)
        return data

    def write(self, data: bytes) -> int:
        with self._open() as file:
            file.seek(self.position)
            file.write(data)
        self.position += len(data)
        return len(data)

    def truncate(self, size: int | None = None) -> int:
        with self._open() as file:
            return file.truncate(self.position if size is None else size)

    def close(self) -> None:
        """Does nothing: LocalStack's own file goes when it is closed, this one stays."""


class KeptStore(EphemeralS3ObjectStore):
    """The bytes of all objects, those of one bucket in the folder."""

    def __init__(self, bucket: str, folder: Path):
        super().__init__()
        self.bucket = bucket
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, version) -> Path:
        name = f"{version.key}?{version.version_id or 'null'}"
        return self.folder / f"{_hash(name)}.bytes"

    def open(self, bucket, s3_object, mode="r"):
        if bucket == self.bucket:
            file = KeptFile(self.path(s3_object))
            self._filesystem[bucket]["keys"].setdefault(self._key_from_s3_object(s3_object), file)
        return super().open(bucket, s3_object, mode)

    def close(self) -> None:
        self._filesystem.pop(self.bucket, None)
        super().close()


class Keeper:
    """Puts the versions of a key on the disk after each call that has changed them."""

    def __init__(self, provider, store: KeptStore):
        self.provider = provider
        self.store = store
        self.loaded = False
        self.locks = [threading.RLock() for _ in range(64)]

    def dispatch_table(self, provider) -> dict:
        table = create_dispatch_table(provider)
        for operation in ON_A_KEY:
            table[operation] = self._on_a_key(table[operation], operation not in READS)
        table["DeleteObjects"] = self._after_deleting(table["DeleteObjects"])
        table["CreateBucket"] = self._after_creating(table["CreateBucket"])
        return table

    def _on_a_key(self, call, changes: bool):
        def kept(context, request):
            if request["Bucket"] != self.store.bucket:
                return call(context, request)
            with self._lock(request["Key"]):
                answer = call(context, request)
                if changes:
                    self._keep(self._objects(context), request["Key"])
                return answer

        return kept

    def _after_deleting(self, call):
        def kept(context, request):
            answer = call(context, request)
            if request["Bucket"] == self.store.bucket:
                for key in {each["Key"] for each in request["Delete"]["Objects"]}:
                    with self._lock(key):
                        self._keep(self._objects(context), key)
            return answer

        return kept

    def _after_creating(self, call):
        def kept(context, request):
            answer = call(context, request)
            if request["Bucket"] == self.store.bucket and not self.loaded:
                self._load(self.provider._get_cross_account_bucket(context, self.store.bucket)[1])
                self.loaded = True
            return answer

        return kept

    def _objects(self, context):
        return self.provider._get_cross_account_bucket(context, self.store.bucket)[1].objects

    def _lock(self, key: str):
        return self.locks[hash(key) % len(self.locks)]

    def _file(self, key: str) -> Path:
        return self.store.folder / f"{_hash(key)}.versions"

    def _keep(self, objects, key: str) -> None:
        file = self._file(key)
        before = _read(file)
        try:
            now = _versions(objects, key)
            # A call adds one; a mark that the object was deleted has no bytes.
            if now and isinstance(now[-1], S3Object):
                _sync(self.store.path(now[-1]))
            if now:
                _replace(file, pickle.dumps(now))
            else:
                file.unlink(missing_ok=True)
        except OSError:
            # As on a full disk. It fails for who called, and may not be found there when it is tried again.
            objects._store.pop(key, None)
            for version in before:
                objects.set(key, version)
            raise
        for gone in {*map(self.store.path, before)} - {*map(self.store.path, now)}:
            gone.unlink(missing_ok=True)

    def _load(self, bucket) -> None:
        known = [_read(file) for file in self.store.folder.glob("*.versions")]
        if any(version.version_id not in (None, "null") for versions in known for version in versions):
            bucket.versioning_status = "Enabled"
            bucket.objects = VersionedKeyStore()
        for versions in known:
            for version in versions:
                bucket.objects.set(version.key, version)
        # What was written for calls that were never answered.
        named = {self.store.path(version) for versions in known for version in versions}
        for file in {*self.store.folder.glob("*.bytes"), *self.store.folder.glob("*.new")} - named:
            file.unlink()


def _versions(objects, key: str) -> list:
    """The oldest first, as the store has them."""
    found = objects._store.get(key)
    if isinstance(found, dict):
        return list(found.values())
    return [found] if found else []


def _read(file: Path) -> list:
    try:
        return pickle.loads(file.read_bytes())
    except FileNotFoundError:
        return []


def _replace(file: Path, content: bytes) -> None:
    new = file.with_suffix(".new")
    new.write_bytes(content)
    _sync(new)
    new.replace(file)
    _sync(file.parent)


def _sync(path: Path) -> None:
    """To the disk itself: kept data outlive the machine's own crash too."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
