package org.mailcaravan.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
  @ParameterizedTest
  @CsvSource({
    "imap.example.org, imap.example.org",
    "IMAP.Example.ORG, imap.example.org",
    "imap.example.org., imap.example.org",
    "mail_1.example.org, mail_1.example.org",
    "localhost, localhost",
    "4mail.example.org, 4mail.example.org",
    "post.münchen.example, post.xn--mnchen-3ya.example",
    "192.0.2.17, 192.0.2.17",
    "2001:DB8::1, 2001:db8::1",
    "[2001:db8::1], 2001:db8::1",
    "::ffff:192.0.2.1, ::ffff:192.0.2.1",
  })
  void writesAHostInOneForm(String text, String normal) {
    assertThat(HostNames.normal(text)).isEqualTo(normal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "imaps://imap.example.org | is a URL",
        "imap.example.org:993 | has a port",
        "imap example.org | is not the name",
        "imap..example.org | is not the name",
        "-imap.example.org | is not the name",
        "imap.example.org/inbox | is not the name",
        "user@example.org | is not the name",
        "192.0.2.256 | is not an IPv4 address",
        "192.0.2 | is not an IPv4 address",
        "2001:db8::1::2 | is not an IPv6 address",
        "[imap.example.org] | is not an IPv6 address",
        "fe80::1%eth0 | is not an IPv6 address",
      })
  void saysWhatIsWrongWithAHost(String text, String problem) {
    assertThatThrownBy(() -> HostNames.normal(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ".", "..", "a\u0000b", "a\r\nb", "\uD800", "xn--\u00fc", "a。。b"})
  void refusesGarbage(String text) {
    assertThatThrownBy(() -> HostNames.normal(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {254, 300, 70_000})
  void refusesNamesThatAreTooLong(int length) {
    assertThatThrownBy(() -> HostNames.normal("a.".repeat(length / 2 + 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
