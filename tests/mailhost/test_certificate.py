"""The certificate of the first run."""

from datetime import UTC, datetime, timedelta

from cryptography import x509

from mailhost import certificate

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_it_names_this_machine_and_keeps_its_key_to_itself(tmp_path):
    file, key = certificate.ensure(tmp_path / "tls", NOW)

    made = x509.load_pem_x509_certificate(file.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "localhost" in names.get_values_for_type(x509.DNSName)
    addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    assert addresses == ["127.0.0.1", "::1"]
    assert key.stat().st_mode & 0o777 == 0o600


def test_it_is_kept_until_it_is_about_to_end(tmp_path):
    first = certificate.ensure(tmp_path, NOW)[0].read_bytes()

    assert certificate.ensure(tmp_path, NOW + timedelta(days=300))[0].read_bytes() == first
    assert certificate.ensure(tmp_path, NOW + timedelta(days=380))[0].read_bytes() != first
