package org.mailcaravan.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.cutover.DnsLook.Host;
import org.mailcaravan.cutover.DnsReply.None;
import org.mailcaravan.settings.MxHost;

/** What MX records are worth: ours are 10 mx1.host.net, 20 mx2.host.net, and all below host.eu. */
class MxJudgeTest {
  private static final List<MxHost> OURS =
      List.of(
          new MxHost(10, "mx1.host.net"),
          new MxHost(20, "mx2.host.net"),
          new MxHost(10, ".host.eu"));

  private static Judgement judge(String records) {
    return new MxJudge(
            "shop.firm",
            OURS,
            name ->
                switch (DnsReply.host(name)) {
                  case "mx2.host.net", "alias.host.eu" -> Host.ALIAS;
                  case "gone.host.eu" -> Host.NOWHERE;
                  case "lost.host.eu" -> Host.UNKNOWN;
                  default -> Host.THERE;
                })
        .judge(Replies.of("shop.firm", "MX", records));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10 mx1.host.net.                  | PASS    | 0 | All mail comes to us.",
        "10 MX1.Host.NET.                  | PASS    | 0 | All mail comes to us.",
        "5 a.host.eu. / 7 b.c.host.eu.     | PASS    | 0 | All mail comes to us.",
        "5 lost.host.eu.                   | PASS    | 0 | All mail comes to us.",
        "5 host.eu.                        | FAIL    | 2 | goes to the old provider: host.eu",
        "5 nothost.eu.                     | FAIL    | 2 | goes to the old provider: nothost.eu",
        "10 mx.old.firm. / 20 mx.b.firm.   | FAIL    | 2 | mx.old.firm, mx.b.firm. Replace",
        "10 mx1.host.net. / 99 mx.old.firm.| FAIL    | 0 | Some mail still goes to the old provider: mx.old",
        "0 .                               | FAIL    | 2 | takes no mail (null MX, RFC 7505)",
        "0 . / 10 mx1.host.net.            | FAIL    | 2 | and others name hosts",
        "10 192.0.2.1.                     | FAIL    | 2 | names an address",
        "10 mx1.host.net. / 20 192.0.2.1.  | FAIL    | 2 | names an address",
        "10 mx2.host.net.                  | WARNING | 0 | alias (CNAME; RFC 2181, section 10.3): mx2",
        "10 gone.host.eu.                  | FAIL    | 0 | gone.host.eu has no address. We have to correct",
      })
  void recordsAreJudgedByWhereAllMailGoes(
      String records, Status status, int publish, String words) {
    Judgement judgement = judge(records);
    assertThat(judgement.status()).isEqualTo(status);
    assertThat(judgement.words()).contains(words);
    assertThat(judgement.publish()).hasSize(publish);
  }

  @ParameterizedTest
  @CsvSource({
    "THERE, false, goes to the address of the domain itself",
    "NOWHERE, false, the domain gets no mail",
    "THERE, true, does not exist (NXDOMAIN)"
  })
  void withoutRecordsMailGoesToTheAddressOrNowhere(Host host, boolean noName, String words) {
    Judgement judgement = new MxJudge("shop.firm", OURS, name -> host).judge(new None(noName, 300));
    assertThat(judgement.status()).isEqualTo(Status.FAIL);
    assertThat(judgement.words()).contains(words);
    assertThat(judgement.publish())
        .isEqualTo(
            noName
                ? List.of()
                : List.of(
                    "shop.firm. 3600 IN MX 10 mx1.host.net.",
                    "shop.firm. 3600 IN MX 20 mx2.host.net."));
  }
}
