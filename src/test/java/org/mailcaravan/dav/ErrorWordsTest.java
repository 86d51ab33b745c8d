package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.SecretMask;

/** What a refusal says to a person, in whatever form the server gives its words. */
class ErrorWordsTest {
  private static DavAnswer answer(int status, String reason, byte[] body) {
    return new DavAnswer(
        status,
        reason,
        URI.create("https://dav.example.org/"),
        null,
        body,
        true,
        Scheduling.NONE,
        new SecretMask());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<d:error xmlns:d='DAV:'><d:message>Over quota</d:message></d:error> | Over quota",
        "<d:error xmlns:d='DAV:'><d:no-uid-conflict/></d:error> | no-uid-conflict",
        "<d:error xmlns:d='DAV:'><d:no-uid-conflict><d:href>/a.vcf</d:href></d:no-uid-conflict></d:error> | no-uid-conflict",
        "<d:error xmlns:d='DAV:'><d:valid-address-data>no FN</d:valid-address-data></d:error> | valid-address-data (no FN)",
        "<error xmlns='DAV:'>Not today</error> | Not today",
        "<error xmlns='DAV:'><cannot-modify/><responsedescription>Read only</responsedescription></error> | cannot-modify, Read only",
        "<error xmlns='DAV:' xmlns:t='http://twistedmatrix.com/xml_namespace/dav/'><valid-calendar-data/><t:error-description>Bad DTSTART</t:error-description></error> | valid-calendar-data, Bad DTSTART",
        "<d:error xmlns:d='DAV:' xmlns:s='http://sabredav.org/ns'><s:exception>X</s:exception><s:message>No access</s:message></d:error> | No access",
        "<multistatus xmlns='DAV:'><response><href>/a</href><status>HTTP/1.1 403 No</status><responsedescription>Name taken</responsedescription></response></multistatus> | Name taken",
        "<errors xmlns='http://schemas.google.com/g/2005'><error><code>x</code><internalReason>Not enabled</internalReason></error></errors> | Not enabled",
        "{\"error\":{\"code\":403,\"message\":\"Not enabled\",\"status\":\"DENIED\"}} | Not enabled",
        "{\"error\":\"invalid_token\",\"error_description\":\"It ended\"} | invalid_token, It ended",
        "[{\"message\":\"First\"},{\"message\":\"Second\"}] | First, Second",
        "{\"message\":\"Breaks off\",\"more\": | Breaks off",
        "{\"code\":7} | {\"code\":7}",
        "<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1><hr>nginx</body></html> | Forbidden nginx",
        "<html><head><title>Blocked</title><style>p {}</style></head><body onload='x()'><script>a<b</script><p>Ask us</body></html> | Blocked: Ask us",
        "<html><title>Only this | Only this",
        "İİİİİİİİİ<title>ab<b><b>c</title> | ab<b><b>c: İİİİİİİİİ",
        "403 Forbidden | Forbidden",
        "4030 letters | 4030 letters",
        "not\u0007 \u202e<today | not\\u0007 \\u202E",
        "`` | Reason Phrase",
      })
  void theWordsOfTheServerAreTold(String body, String told) {
    assertThat(answer(403, "Reason Phrase", body.getBytes(StandardCharsets.UTF_8)).words())
        .isEqualTo("403 " + told);
  }

  @Test
  void whatIsNoTextIsNotShownAndLatin1Is() {
    assertThat(answer(403, "", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 1, 2}).words())
        .isEqualTo("403");
    assertThat(answer(403, "", "für uns".getBytes(StandardCharsets.ISO_8859_1)).words())
        .isEqualTo("403 für uns");
  }

  @Test
  void anAnswerOfAnyFormIsReadInOneGo() {
    // Each begins something again and again and ends it nowhere.
    for (String piece :
        new String[] {"<", "<head ", "<title>", "<script>", "<![CDATA[", "{\"a\":", "[", "<a>"}) {
      assertThat(
              answer(
                      403,
                      "",
                      piece.repeat(64_000 / piece.length()).getBytes(StandardCharsets.UTF_8))
                  .words())
          .hasSizeLessThan(220);
    }
  }
}
