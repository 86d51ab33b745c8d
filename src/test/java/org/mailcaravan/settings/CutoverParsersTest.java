package org.mailcaravan.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the values of {@code cutover.…} may be. */
class CutoverParsersTest {
  private static final Path HOME = Path.of("");

  private static <T> T read(Key<T> key, String text) {
    return key.parser().parse(text, HOME);
  }

  @Test
  void mxHostsHavePrioritiesAndMayMeanAllBelow() {
    assertThat(
            read(
                Keys.CUTOVER_MX_HOSTS,
                "5 MX1.host.net., mx2.host.net, .mx.host.net, *.in.host.net, 0 {domain}.mx.host.net"))
        .containsExactly(
            new MxHost(5, "mx1.host.net"),
            new MxHost(10, "mx2.host.net"),
            new MxHost(10, ".mx.host.net"),
            new MxHost(10, ".in.host.net"),
            new MxHost(0, "{domain}.mx.host.net"));
    assertThat(read(Keys.CUTOVER_MX_HOSTS, "")).isEmpty();
    MxHost ours = new MxHost(10, "{domain}.mx.host.net").of("shop.firm");
    assertThat(ours.matches("Shop.Firm.mx.host.net")).isTrue();
    assertThat(ours.matches("x.shop.firm.mx.host.net")).isFalse();
  }

  @Test
  void otherValuesAreReadInTheirUsualForm() {
    assertThat(read(Keys.CUTOVER_SPF, "include:_SPF.host.net, ip4:192.0.2.0/24"))
        .isEqualTo(List.of("include:_spf.host.net", "ip4:192.0.2.0/24"));
    assertThat(read(Keys.CUTOVER_DKIM, "S1=s1.{domain}.dkim.host.net., own"))
        .isEqualTo(Map.of("s1", "s1.{domain}.dkim.host.net", "own", ""));
    assertThat(read(Keys.CUTOVER_IMAP_SERVER, "imap.host.net"))
        .isEqualTo(Optional.of(new HostAndPort("imap.host.net", 993)));
    assertThat(read(Keys.CUTOVER_SUBMISSION_SERVER, "smtp.host.net:2465"))
        .isEqualTo(Optional.of(new HostAndPort("smtp.host.net", 2465)));
    assertThat(read(Keys.CUTOVER_DMARC, "v=DMARC1; p=reject; rua=mailto:d@host.net")).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cutover.mx-hosts | mx1.host.net mx2.host.net | no host",
        "cutover.mx-hosts | 70000 mx1.host.net | priority",
        "cutover.mx-hosts | 192.0.2.1 | an address",
        "cutover.mx-hosts | 10 mx_-.host.net | not the name",
        "cutover.spf | spf.host.net | none of include:",
        "cutover.spf | v=spf1 include:spf.host.net -all | none of include:",
        "cutover.dkim | s1= | no selector",
        "cutover.dkim | a b=c | no selector",
        "cutover.dkim | s1, s1=x.host.net | twice",
        "cutover.dmarc | p=none | no DMARC record",
        "cutover.dmarc | v=DMARC1; p=maybe | no DMARC record",
        "cutover.webmail | https://webmail.host.net | URL",
        "cutover.webmail | 192.0.2.1 | an address",
        "cutover.imap-server | imap.host.net:0 | port",
        "cutover.imap-server | imap.host.net:x | port"
      })
  void whatIsNoSuchValueStopsTheStart(String name, String text, String words) {
    Key<?> key =
        Keys.ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    assertThatThrownBy(() -> read(key, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }
}
