package org.mailcaravan.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.cutover.DnsReply.Failed;
import org.xbill.DNS.Name;

/** SPF records before, what is said of them, and the record after; ours is include:spf.host.net. */
class SpfJudgeTest {
  private static final Map<String, String> INCLUDED =
      Map.ofEntries(
          Map.entry("spf.host.net", "v=spf1 ip4:192.0.2.0/24 -all"),
          Map.entry("with.firm", "v=spf1 include:spf.host.net ip4:198.51.100.1 ?all"),
          Map.entry("few.firm", "v=spf1 a:a.firm a:b.firm a:c.firm mx -all"),
          Map.entry("two.firm", "v=spf1 -all / v=spf1 ~all"),
          Map.entry("circle.firm", "v=spf1 include:circle2.firm -all"),
          Map.entry("circle2.firm", "v=spf1 include:circle.firm -all"),
          Map.entry("wrong.firm", "v=spf1 ipv4:192.0.2.1 -all"),
          Map.entry("none.firm", ""));

  private static DnsReply texts(Name name) {
    String text = INCLUDED.get(DnsReply.host(name));
    return text == null
        ? new Failed("gave no answer (SERVFAIL)", false)
        : Replies.texts("a.firm", text);
  }

  private static Judgement judge(String records) {
    return new SpfJudge("shop.firm", List.of("include:spf.host.net"), SpfJudgeTest::texts)
        .judge(Replies.texts("shop.firm", records));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "'' | FAIL | There is no SPF record. | v=spf1 include:spf.host.net ~all",
        "google-site-verification=x | FAIL | There is no SPF record. | v=spf1 include:spf.host.net ~all",
        "v=spf10 include:spf.host.net -all | FAIL | There is no SPF record. | v=spf1 include:spf.host.net ~all",
        "v=spf1 include:spf.host.net -all | PASS | allows our servers. | -",
        "V=SPF1 +Include:SPF.Host.net -all | PASS | allows our servers. | -",
        "v=spf1 include:with.firm -all | PASS | allows our servers. | -",
        "v=spf1 redirect=with.firm | PASS | allows our servers. | -",
        "v=spf1 a mx -all | FAIL | include:spf.host.net is missing. |"
            + " v=spf1 a mx include:spf.host.net -all",
        "v=spf1 mx ip4:192.0.2.7 ?all exp=why.firm | FAIL | is missing. |"
            + " v=spf1 mx ip4:192.0.2.7 include:spf.host.net ?all exp=why.firm",
        "v=spf1 redirect=few.firm | FAIL | is missing. |"
            + " v=spf1 include:spf.host.net redirect=few.firm",
        // Behind all, with another qualifier, or below an include that does not pass: not allowed.
        "v=spf1 mx -all include:spf.host.net | FAIL | is missing. |"
            + " v=spf1 mx include:spf.host.net -all",
        "v=spf1 ~include:spf.host.net mx -all | FAIL | is missing. |"
            + " v=spf1 mx include:spf.host.net -all",
        "v=spf1 -include:with.firm -all | FAIL | is missing. |"
            + " v=spf1 -include:with.firm include:spf.host.net -all",
        "v=spf1 mx redirect=with.firm -all | FAIL | is missing. |"
            + " v=spf1 mx include:spf.host.net redirect=with.firm -all",
        "v=spf1 include:spf.host.net +all | FAIL | allows everybody |"
            + " v=spf1 include:spf.host.net ~all",
        "v=spf1 mx all | FAIL | allows everybody | v=spf1 mx include:spf.host.net ~all",
        "v=spf1 include:spf.host.net | WARNING | forbids nobody |"
            + " v=spf1 include:spf.host.net ~all",
        "v=spf1 include:spf.host.net ptr -all | WARNING | ptr | -",
        "v=spf1 include:spf.host.net foo:bar -all | FAIL | no term of SPF: foo:bar |"
            + " v=spf1 include:spf.host.net -all",
        "v=spf1 include:spf.host.net ip4:mail.firm -all | FAIL | no term of SPF: ip4:mail.firm |"
            + " v=spf1 include:spf.host.net -all",
        "v=spf1 mx -all / v=spf1 include:spf.host.net ~all | FAIL | end in different ways (~all, -all) |"
            + " v=spf1 include:spf.host.net mx ~all",
        "v=spf1 a -all / v=spf1 a mx -all | FAIL | There are 2 SPF records |"
            + " v=spf1 a mx include:spf.host.net -all",
        "v=spf1 include:few.firm include:few.firm include:spf.host.net -all | FAIL |"
            + " may ask 10 questions for it, and this one needs 11 | -",
        "v=spf1 include:few.firm a mx a:x.firm exists:y.firm a:z.firm -all | FAIL |"
            + " this one needs 11 with what is missing |"
            + " v=spf1 include:few.firm a mx a:x.firm exists:y.firm a:z.firm include:spf.host.net -all",
        "v=spf1 include:none.firm include:spf.host.net -all | FAIL | include:none.firm has no SPF | -",
        "v=spf1 include:two.firm include:spf.host.net -all | FAIL | has several SPF records | -",
        "v=spf1 include:wrong.firm include:spf.host.net -all | FAIL | a term that is none: ipv4 | -",
        "v=spf1 include:circle.firm include:spf.host.net -all | FAIL | leads back | -",
        "v=spf1 include:lost.firm -all | UNKNOWN | include:lost.firm: the resolver gave no answer | -",
        "v=spf1 include:lost.firm include:spf.host.net -all | PASS | allows our servers. | -",
        "v=spf1 include:%{i}.firm -all | UNKNOWN | depends on the mail | -",
      })
  void aRecordIsJudgedAndKeepsWhatItHas(
      String before, Status status, String words, @Nullable String after) {
    Judgement judgement = judge(before);
    assertThat(judgement.words()).contains(words);
    assertThat(judgement.status()).isEqualTo(status);
    assertThat(judgement.publish())
        .isEqualTo(after == null ? List.of() : List.of("shop.firm. 3600 IN TXT \"" + after + "\""));
  }

  @Test
  void aLongRecordIsSeveralStrings() {
    String line = judge("v=spf1 " + "ip4:198.51.100.100 ".repeat(20) + "-all").publish().get(0);
    assertThat(line).contains("\" \"").endsWith("-all\"");
    assertThat(line.split("\" \"", -1)).allMatch(string -> string.length() < 300);
  }
}
