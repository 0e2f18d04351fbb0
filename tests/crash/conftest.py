"""What the crash tests share: certificates for mail, made once."""

import pytest

from tests.servers.smtp_certs import MailCertificates, make_mail_certificates


@pytest.fixture(scope="session")
def mail_certificates(tmp_path_factory: pytest.TempPathFactory) -> MailCertificates:
    """A throw-away CA for mail servers, with what it has signed."""
    return make_mail_certificates(tmp_path_factory.mktemp("mail"))
