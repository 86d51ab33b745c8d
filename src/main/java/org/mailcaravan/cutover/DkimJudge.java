package org.mailcaravan.cutover;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.mailcaravan.cutover.DnsReply.Found;
import org.xbill.DNS.Type;

/** Whether a domain has our DKIM key (RFC 6376, section 3.6.1; RFC 8301; RFC 8463). */
final class DkimJudge {
  /** RFC 8301, section 3.2: shorter ones count as none. */
  private static final int LEAST_RSA_BITS = 1024;

  private static final int ED25519_LENGTH = 32;

  private final String name;
  private final String target;
  private final DnsLook look;

  /**
   * @param name of the record
   * @param target what it is an alias of; empty where the domain has the key itself
   */
  DkimJudge(String name, String target, DnsLook look) {
    this.name = name;
    this.target = target;
    this.look = look;
  }

  /** What is asked for. */
  int type() {
    return target.isEmpty() ? Type.TXT : Type.CNAME;
  }

  Judgement judge(DnsReply reply) {
    return target.isEmpty() ? own(reply) : alias(reply);
  }

  private Judgement own(DnsReply reply) {
    List<String> texts = Texts.of(reply);
    if (texts.isEmpty()) {
      return Judgement.fail(
          "There is no key. Your mail server that signs has the record to publish.", List.of());
    }
    if (texts.size() > 1) {
      return Judgement.fail(
          "There are %d records, and receivers take any of them. Leave one."
              .formatted(texts.size()),
          List.of());
    }
    String fault = fault(texts.get(0));
    return fault.isEmpty()
        ? Judgement.pass("There is a valid key.")
        : Judgement.fail("The key is of no use: " + fault + ".", List.of());
  }

  private Judgement alias(DnsReply reply) {
    List<String> publish = List.of(ZoneLine.cname(name, target));
    DnsReply ours = look.resolve(Names.of(target), Type.TXT);
    if (DnsReply.aliasOf(reply).equals(target)) {
      return ours(ours);
    }
    DnsReply texts = look.resolve(Names.of(name), Type.TXT);
    if (!texts.isAnswer()) {
      return Judgement.unknown(
          "It is no alias of our name, and whether there is a key is not known: the resolver %s."
              .formatted(texts.words()));
    }
    List<String> keys = Texts.of(texts);
    if (keys.isEmpty()) {
      return reply instanceof Found alias
          ? Judgement.fail(
              "It is an alias of %s, which has no key. Replace this record."
                  .formatted(alias.words()),
              publish)
          : Judgement.fail("There is no key.", publish);
    }
    return keys.equals(Texts.of(ours))
        ? Judgement.warning(
            "There is the key of our name, but not as an alias of it: it does not follow when we"
                + " change the key.",
            publish)
        : Judgement.fail(
            "There is another key than ours%s. Replace this record."
                .formatted(reply instanceof Found alias ? ", of " + alias.words() : ""),
            publish);
  }

  /** The alias is right; what it leads to is ours. */
  private static Judgement ours(DnsReply texts) {
    if (!texts.isAnswer()) {
      return Judgement.pass(
          "It is an alias of our name, whose key is not known: the resolver %s."
              .formatted(texts.words()));
    }
    List<String> keys = Texts.of(texts);
    String fault = keys.size() == 1 ? fault(keys.get(0)) : keys.size() + " records";
    return fault.isEmpty()
        ? Judgement.pass("It is an alias of our name, which has a valid key.")
        : Judgement.fail(
            "It is an alias of our name, which has no valid key (%s). We have to correct this."
                .formatted(fault),
            List.of());
  }

  /** Why a key is of no use; empty where it is good. */
  static String fault(String text) {
    String version = Texts.tag(text, "v");
    if (!version.isEmpty() && !version.equals("DKIM1")) {
      return "it is no record of DKIM";
    }
    if (!text.matches("(?s).*(?:^|;)\\s*p\\s*=.*")) {
      return "it has no p=";
    }
    String encoded = Texts.tag(text, "p").replaceAll("\\s", "");
    if (encoded.isEmpty()) {
      return "it is revoked (p= is empty)";
    }
    byte[] octets;
    try {
      octets = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      return "p= is no Base64";
    }
    String kind = Texts.tag(text, "k");
    return switch (kind) {
      case "", "rsa" -> rsaFault(octets);
      case "ed25519" -> octets.length == ED25519_LENGTH ? "" : "p= has the wrong length";
      default -> "its kind is not known";
    };
  }

  private static String rsaFault(byte[] octets) {
    try {
      RSAPublicKey key =
          (RSAPublicKey)
              KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(octets));
      int bits = key.getModulus().bitLength();
      return bits < LEAST_RSA_BITS ? "it has only " + bits + " bits" : "";
    } catch (GeneralSecurityException e) {
      return "p= is no RSA key";
    }
  }
}
