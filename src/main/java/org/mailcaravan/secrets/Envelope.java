package org.mailcaravan.secrets;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.mailcaravan.model.Secret;

/**
 * Seals secrets as text: {@code v2.KEY-ID.SLOT.NONCE.CIPHERTEXT}, the last two in URL-safe Base64.
 * The cipher is AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits and a tag of 128 bits.
 * HKDF (RFC 5869) derives the key from two others: one of the key ring, and one in {@link KeySlots}
 * that only this secret has. Neither opens it without the other. The owner's name is authenticated
 * too, so an envelope opens only for its owner. Envelopes of earlier versions, {@code
 * v1.KEY-ID.NONCE.CIPHERTEXT}, use only the key of the ring and still open.
 */
final class Envelope {
  /** An envelope cannot be opened; the message continues "the password of ...". */
  static final class Closed extends Exception {
    private static final long serialVersionUID = 1L;

    Closed(String message) {
      super(message);
    }
  }

  private static final int NONCE_OCTETS = 12;
  private static final int TAG_BITS = 128;
  private static final String HMAC = "HmacSHA256";
  private static final Pattern FORM =
      Pattern.compile(
          "v2\\.([0-9a-f]{8})\\.(0|[1-9][0-9]{0,8})\\.([A-Za-z0-9_-]{16})\\.([A-Za-z0-9_-]+)");
  private static final Pattern EARLIER_FORM =
      Pattern.compile("v1\\.([0-9a-f]{8})\\.([A-Za-z0-9_-]{16})\\.([A-Za-z0-9_-]+)");

  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  private final KeyRing keys;
  private final KeySlots slots;
  private final SecureRandom random = new SecureRandom();

  Envelope(KeyRing keys, KeySlots slots) {
    this.keys = keys;
    this.slots = slots;
  }

  /** The slot of the key that an envelope needs; empty for one of an earlier version. */
  static OptionalInt slot(String envelope) {
    Matcher form = FORM.matcher(envelope);
    return form.matches() ? OptionalInt.of(Integer.parseInt(form.group(2))) : OptionalInt.empty();
  }

  /** Whether an envelope has an old form, or a key that is not the newest. */
  boolean isOld(String envelope) {
    return !envelope.startsWith("v2." + keys.newest().id() + ".");
  }

  String seal(Secret secret, String owner, KeySlots.Slot slot) {
    KeyRing.SealingKey ring = keys.newest();
    byte[] nonce = new byte[NONCE_OCTETS];
    random.nextBytes(nonce);
    try {
      Cipher cipher =
          cipher(
              Cipher.ENCRYPT_MODE,
              joined(ring, slot),
              nonce,
              "v2\0" + slot.number() + "\0" + owner);
      byte[] octets = cipher.doFinal(secret.reveal().getBytes(StandardCharsets.UTF_8));
      return String.join(
          ".",
          "v2",
          ring.id(),
          String.valueOf(slot.number()),
          TEXT.encodeToString(nonce),
          TEXT.encodeToString(octets));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work here", e);
    }
  }

  boolean opens(String envelope, String owner) {
    try {
      open(envelope, owner);
      return true;
    } catch (Closed e) {
      return false;
    }
  }

  Secret open(String envelope, String owner) throws Closed {
    Matcher form = FORM.matcher(envelope);
    if (form.matches()) {
      KeyRing.SealingKey ring = ring(form.group(1));
      KeySlots.Slot slot =
          slots
              .find(Integer.parseInt(form.group(2)))
              .orElseThrow(
                  () ->
                      new Closed(
                          slots instanceof KeyTable
                              ? "has lost its own key, which was in the table key_slot"
                              : "has lost its own key, which was in the file "
                                  + KeySlots.FILE
                                  + " in the data folder"));
      return opened(
          joined(ring, slot), form.group(3), form.group(4), "v2\0" + slot.number() + "\0" + owner);
    }
    Matcher earlier = EARLIER_FORM.matcher(envelope);
    if (earlier.matches()) {
      return opened(
          ring(earlier.group(1)).key(), earlier.group(2), earlier.group(3), "v1\0" + owner);
    }
    throw new Closed("is not in a form that this version knows");
  }

  private KeyRing.SealingKey ring(String id) throws Closed {
    return keys.find(id)
        .orElseThrow(() -> new Closed("was sealed with the key " + id + ", which is missing"));
  }

  private static Secret opened(SecretKey key, String nonce, String sealed, String name)
      throws Closed {
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, decoded(nonce), name);
      return Secret.of(new String(cipher.doFinal(decoded(sealed)), StandardCharsets.UTF_8));
    } catch (AEADBadTagException | IllegalArgumentException e) {
      throw new Closed("was changed in the database, or is that of another mailbox");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work here", e);
    }
  }

  /** Decodes Base64 strictly; Java's decoder ignores unused bits of the last character. */
  private static byte[] decoded(String text) {
    byte[] octets = Base64.getUrlDecoder().decode(text);
    if (!TEXT.encodeToString(octets).equals(text)) {
      throw new IllegalArgumentException("not canonical Base64");
    }
    return octets;
  }

  /**
   * HKDF with SHA-256: the key of the slot is the salt, and one block of output is the key for AES.
   */
  private static SecretKey joined(KeyRing.SealingKey ring, KeySlots.Slot slot) {
    byte[] extracted = hmac(slot.key(), ring.key().getEncoded());
    byte[] info = "mailcaravan credential\1".getBytes(StandardCharsets.US_ASCII);
    return new SecretKeySpec(hmac(new SecretKeySpec(extracted, HMAC), info), "AES");
  }

  private static byte[] hmac(SecretKey key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC with SHA-256 does not work here", e);
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String name)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
