"""What the crash tests share: certificates for mail, and the process that starts programs."""

from collections.abc import Iterator

import pytest

from tests.crash.nursery import Nursery
from tests.servers.smtp_certs import MailCertificates, make_mail_certificates


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """One process that forks programs for all tests, one after the other."""
    with Nursery() as process:
        yield process


@pytest.fixture(scope="session")
def mail_certificates(tmp_path_factory: pytest.TempPathFactory) -> MailCertificates:
    """A throw-away CA for mail servers, with what it has signed."""
    return make_mail_certificates(tmp_path_factory.mktemp("mail"))
