package org.mailcaravan.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskTest {
  private static final List<String> SECRETS =
      List.of(
          "hunter2",
          "hunter2 hunter2",
          "Tr0ub4dor&3",
          "p\"q\\r<s>/t",
          "50%41=3D+x",
          "Pässwörter",
          "пароль-7",
          "日本語の鍵",
          "🔑key🔑",
          "abcd");

  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String each(String text, IntFunction<String> octet) {
    StringBuilder all = new StringBuilder();
    for (byte one : octets(text)) {
      all.append(octet.apply(one & 0xff));
    }
    return all.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2", "Pässwörter", "🔑key🔑", "Tr0ub4dor&3"})
  void aSecretIsHiddenBackwardsAndAcrossTheEndOfWhatIsShown(String secret) {
    SecretMask mask = new SecretMask();
    mask.hide(secret);
    String backwards = new StringBuilder(secret).reverse().toString();
    assertThat(mask.of("NO " + backwards + " is wrong")).isEqualTo("NO ******** is wrong");
    String text = "0123456789" + secret + "!";
    for (int end = 0; end <= text.length(); end++) {
      assertThat(mask.of(text, end))
          .isEqualTo(
              end <= 10
                  ? text.substring(0, end)
                  : "0123456789********" + (end == text.length() ? "!" : ""));
    }
  }

  private static String points(String text, String format) {
    return text.codePoints().mapToObj(format::formatted).collect(Collectors.joining());
  }

  private static String units(String text, String format) {
    return text.chars().mapToObj(format::formatted).collect(Collectors.joining());
  }

  private static String broken(String text, int width, String by) {
    return text.replaceAll("(?s)(.{" + width + "})(?=.)", "$1" + by);
  }

  private static String as(Charset charset, String text) {
    return new String(text.getBytes(charset), StandardCharsets.ISO_8859_1);
  }

  private static final Map<String, UnaryOperator<String>> FORMS = forms();

  private static Map<String, UnaryOperator<String>> forms() {
    Map<String, UnaryOperator<String>> forms = new LinkedHashMap<>();
    forms.put("in clear", s -> s);
    forms.put("in capitals", s -> s.toUpperCase(Locale.ROOT));
    forms.put("decomposed", s -> Normalizer.normalize(s, Normalizer.Form.NFD));
    forms.put("as IMAP quotes", s -> s.replace("\\", "\\\\").replace("\"", "\\\""));
    forms.put("with line ends", s -> broken(s, 3, "\r\n "));
    forms.put("with characters that nobody sees", s -> broken(s, 2, "\u200b\u00ad"));
    forms.put("UTF-8 taken for Latin-1", s -> as(StandardCharsets.UTF_8, s));
    forms.put("UTF-16", s -> as(StandardCharsets.UTF_16BE, s));
    forms.put("UTF-16 little", s -> as(StandardCharsets.UTF_16LE, s));
    forms.put("ASCII with question marks", s -> s.replaceAll("[^\\x00-\\x7f]", "?"));
    forms.put("percent", s -> each(s, "%%%02X"::formatted));
    forms.put("percent, small", s -> each(s, "%%%02x"::formatted));
    forms.put("percent, twice", s -> each(s, "%%25%02X"::formatted));
    forms.put("percent u", s -> units(s, "%%u%04X"));
    forms.put("a URL", s -> java.net.URLEncoder.encode(s, StandardCharsets.UTF_8));
    forms.put("quoted-printable", s -> each(s, "=%02X"::formatted));
    forms.put("quoted-printable, broken", s -> broken(each(s, "=%02X"::formatted), 6, "=\r\n"));
    forms.put("a Q word", s -> each(s, o -> o == ' ' ? "_" : "=%02X".formatted(o)));
    forms.put("entities", s -> points(s, "&#%d;"));
    forms.put("entities, long", s -> points(s, "&#x000%X"));
    forms.put(
        "HTML",
        s ->
            s.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("+", "&plus;"));
    forms.put("JSON", s -> units(s, "\\u%04x"));
    forms.put("a script", s -> each(s, "\\x%02x"::formatted));
    forms.put("octal", s -> each(s, "\\%03o"::formatted));
    forms.put("hexadecimal", s -> HexFormat.of().formatHex(octets(s)));
    forms.put(
        "hexadecimal, apart", s -> HexFormat.ofDelimiter(" ").withUpperCase().formatHex(octets(s)));
    forms.put(
        "hexadecimal, prefixed",
        s -> HexFormat.ofDelimiter(", ").withPrefix("0x").formatHex(octets(s)));
    for (String before : List.of("", "a", "ab", "ann@example.org:", "\0ann\0")) {
      forms.put(
          "Base64 behind " + before.length(), s -> BASE64.encodeToString(octets(before + s + "z")));
    }
    forms.put(
        "Base64 of a URL",
        s -> Base64.getUrlEncoder().withoutPadding().encodeToString(octets(":" + s)));
    forms.put("Base64 within a word", s -> "ab" + BASE64.encodeToString(octets("ann:" + s)));
    forms.put("Base64, broken", s -> broken(BASE64.encodeToString(octets("ann:" + s)), 5, "\r\n"));
    forms.put(
        "Base64 of Base64",
        s -> BASE64.encodeToString(octets("Basic " + BASE64.encodeToString(octets("ann:" + s)))));
    forms.put(
        "Base64 in a URL",
        s -> BASE64.encodeToString(octets("ann:" + s)).replace("=", "%3D").replace("+", "%2B"));
    forms.put(
        "Base64 of UTF-16", s -> BASE64.encodeToString(s.getBytes(StandardCharsets.UTF_16LE)));
    forms.put("Base64 of entities", s -> BASE64.encodeToString(octets(points(s, "&#%d;"))));
    return forms;
  }

  static Stream<String> namesOfForms() {
    return FORMS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("namesOfForms")
  void aSecretIsHiddenInEachFormThatAServerMayShow(String form) {
    for (String secret : SECRETS) {
      String shown = Objects.requireNonNull(FORMS.get(form)).apply(secret);
      SecretMask mask = new SecretMask();
      mask.hide(secret);

      String text = "Login (" + shown + ") failed.";

      assertThat(mask.isIn(text)).as("%s as %s", secret, text).isTrue();
      assertThat(mask.of(text))
          .as("%s as %s", secret, text)
          .startsWith("Login (")
          .contains(Secret.MASK)
          .endsWith(") failed.");
      assertThat(mask.isIn(mask.of(text))).as("%s as %s", secret, text).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a|no a here: a fault, (a)|no ******** here: ******** fault, (********)",
        "pw|wrong pw for ann:pw; spwn|wrong ******** for ********; spwn",
        "pw|Basic YW5uOnB3|Basic ********",
        "pw|PLAIN AGFubgBwdw==|PLAIN A********",
        "pw|user=ann&pass=cHc=|user=ann&pass=********",
      })
  void aShortPasswordIsHiddenWhereItStandsAloneOrBehindItsUser(
      String password, String words, String shown) {
    SecretMask mask = new SecretMask();
    mask.hide("ann", Secret.of(password));

    assertThat(mask.of(words)).isEqualTo(shown);
  }

  @Test
  void wordsWithoutTheSecretStayAsTheyAre() {
    SecretMask mask = new SecretMask();
    mask.hide("ann@example.org", Secret.of("hunter2"));
    Random random = new Random(15);
    String signs = "abcdefgh0123456789+/=%&#;\\x -_\r\n\u0000\ufffdü🔑";
    for (int round = 0; round < 300; round++) {
      String words =
          random
              .ints(random.nextInt(200), 0, signs.length())
              .mapToObj(i -> signs.substring(i, i + 1))
              .collect(Collectors.joining());

      assertThat(mask.of(words)).isEqualTo(words);
    }
    assertThat(mask.of("")).isEmpty();
    assertThat(new SecretMask().of("hunter2")).isEqualTo("hunter2");
  }
}
