package org.mailcaravan.secrets;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.mailcaravan.model.Secret;

/**
 * A sealed secret as text: {@code v1.KEY-ID.NONCE.CIPHERTEXT}, the last two in Base64 for URLs. The
 * cipher is AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits and a tag of 128 bits. The
 * owner's name is authenticated with it, so that an envelope opens only where it was put.
 */
final class Envelope {
  /** Why an envelope stays closed; the message goes on after "the password of ...". */
  static final class Closed extends Exception {
    private static final long serialVersionUID = 1L;

    Closed(String message) {
      super(message);
    }
  }

  private static final int NONCE_OCTETS = 12;
  private static final int TAG_BITS = 128;
  private static final Pattern FORM =
      Pattern.compile("v1\\.([0-9a-f]{8})\\.([A-Za-z0-9_-]{16})\\.([A-Za-z0-9_-]+)");

  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  private final KeyRing keys;
  private final SecureRandom random = new SecureRandom();

  Envelope(KeyRing keys) {
    this.keys = keys;
  }

  String seal(Secret secret, String owner) {
    KeyRing.SealingKey key = keys.newest();
    byte[] nonce = new byte[NONCE_OCTETS];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, owner);
      byte[] octets = cipher.doFinal(secret.reveal().getBytes(StandardCharsets.UTF_8));
      return "v1."
          + key.id()
          + "."
          + TEXT.encodeToString(nonce)
          + "."
          + TEXT.encodeToString(octets);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work here", e);
    }
  }

  Secret open(String envelope, String owner) throws Closed {
    Matcher form = FORM.matcher(envelope);
    if (!form.matches()) {
      throw new Closed("is not in a form that this version knows");
    }
    KeyRing.SealingKey key =
        keys.find(form.group(1))
            .orElseThrow(
                () ->
                    new Closed("was sealed with the key " + form.group(1) + ", which is missing"));
    try {
      byte[] nonce = decoded(form.group(2));
      byte[] octets = decoded(form.group(3));
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, owner);
      return Secret.of(new String(cipher.doFinal(octets), StandardCharsets.UTF_8));
    } catch (AEADBadTagException | IllegalArgumentException e) {
      throw new Closed("was changed in the database, or is that of another mailbox");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work here", e);
    }
  }

  /** Java's decoder overlooks bits of the last character that stand for nothing. */
  private static byte[] decoded(String text) {
    byte[] octets = Base64.getUrlDecoder().decode(text);
    if (!TEXT.encodeToString(octets).equals(text)) {
      throw new IllegalArgumentException("not as it was encoded");
    }
    return octets;
  }

  private static Cipher cipher(int mode, KeyRing.SealingKey key, byte[] nonce, String owner)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key.key(), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(("v1\0" + owner).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
