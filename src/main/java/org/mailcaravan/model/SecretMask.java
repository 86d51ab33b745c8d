package org.mailcaravan.model;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Base64;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hides secrets in text of servers, since some servers repeat what was sent to them. It finds a
 * secret in plain text and encoded: as Base64 anywhere in a longer text, with percent signs, as
 * quoted-printable, with entities, with the escapes of JSON, as hexadecimal digits, in UTF-16, and
 * in combinations of these; in upper or lower case, with line breaks, and in plain text also
 * backwards.
 *
 * <p>A secret of one to three characters is hidden only where it stands alone, in plain text or
 * Base64; otherwise it would hide parts of words. After its user name it is hidden like any other.
 * Thread-safe.
 */
public final class SecretMask {
  private static final int SHORT = 4;
  private static final int LONGEST_TRACE = 20_000;
  private static final List<Charset> CHARSETS =
      List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE);

  /** How many nested encodings are searched. */
  private static final int DEEPEST = 2;

  private static final int MOST_ESCAPES = 4;

  /** Forms of secrets without blanks, in lower case. */
  private final Set<String> anywhere = new LinkedHashSet<>();

  /**
   * Forms of secrets with blanks; a text may have plus signs or underscores in their place, so
   * these are removed too.
   */
  private final Set<String> withSigns = new LinkedHashSet<>();

  private final Set<String> alone = new LinkedHashSet<>();

  /** Hides a secret from now on. */
  public synchronized void hide(String secret) {
    if (squeezed(secret, false).length() < SHORT) {
      if (!secret.isBlank()) {
        alone.add(secret);
        byte[] octets = secret.getBytes(StandardCharsets.UTF_8);
        alone.add(Base64.getEncoder().encodeToString(octets));
        alone.add(Base64.getEncoder().withoutPadding().encodeToString(octets));
      }
      return;
    }
    add(secret);
    for (Normalizer.Form form : Normalizer.Form.values()) {
      add(Normalizer.normalize(secret, form));
    }
    addForm(new StringBuilder(secret).reverse().toString());
    // What looks like an escape in the secret is decoded together with the text around it.
    Reading unescaped = Reading.of(secret).unescaped();
    if (unescaped != null) {
      add(unescaped.text());
    }
  }

  /** Hides a password; a short one also after its user name, as HTTP and SASL PLAIN send it. */
  public void hide(String username, Secret password) {
    String secret = password.reveal();
    hide(secret);
    if (!secret.isEmpty() && squeezed(secret, false).length() < SHORT) {
      hide(username + ':' + secret);
      hide(username + '\0' + secret);
    }
  }

  private void add(String secret) {
    addForm(secret);
    for (Charset charset : CHARSETS) {
      addForm(new String(secret.getBytes(charset), StandardCharsets.ISO_8859_1));
    }
  }

  private void addForm(String form) {
    String squeezed = squeezed(form, false);
    if (squeezed.length() >= SHORT) {
      anywhere.add(squeezed);
    }
    String withoutSigns = squeezed(form, true);
    if (squeezed.length() < form.length() && withoutSigns.length() >= SHORT) {
      withSigns.add(withoutSigns);
    }
  }

  private static String squeezed(String form, boolean withoutSigns) {
    return Reading.of(form).squeezed(withoutSigns).text();
  }

  /** The text with asterisks in place of secrets. */
  public String of(String text) {
    return of(text, text.length());
  }

  /**
   * The beginning of a text, with asterisks in place of secrets. The rest is searched too, so that
   * a secret across the end is hidden as a whole.
   */
  public String of(String text, int end) {
    BitSet hidden = hidden(text);
    StringBuilder masked = new StringBuilder();
    int at = 0;
    for (int from = hidden.nextSetBit(0); from >= 0 && from < end; from = hidden.nextSetBit(at)) {
      masked.append(text, at, from).append(Secret.MASK);
      at = hidden.nextClearBit(from);
    }
    return at < end ? masked.append(text, at, end).toString() : masked.toString();
  }

  /**
   * The beginning of the stack trace of a failure, for a log, with asterisks in place of secrets.
   */
  public String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    String all = text.toString();
    return of(all.substring(0, Math.min(all.length(), LONGEST_TRACE)));
  }

  /** Whether the text contains a secret. */
  public boolean isIn(String text) {
    return !hidden(text).isEmpty();
  }

  private synchronized BitSet hidden(String text) {
    BitSet hidden = new BitSet();
    look(Reading.of(text), DEEPEST, hidden);
    return hidden;
  }

  private void look(Reading reading, int depth, BitSet hidden) {
    @Nullable Reading read = reading;
    for (int escapes = 0; read != null && escapes <= MOST_ESCAPES; escapes++) {
      for (String form : alone) {
        findAlone(form, read, hidden);
      }
      find(read, hidden);
      if (depth > 0 && !(anywhere.isEmpty() && withSigns.isEmpty())) {
        for (Reading inner : read.decoded()) {
          if (inner.saysSomething()) {
            look(inner, depth - 1, hidden);
          } else {
            find(inner, hidden);
          }
        }
      }
      read = read.unescaped();
    }
  }

  private void find(Reading reading, BitSet hidden) {
    find(anywhere, reading.squeezed(false), hidden);
    if (!withSigns.isEmpty()) {
      find(withSigns, reading.squeezed(true), hidden);
    }
  }

  private static void find(Set<String> forms, Reading reading, BitSet hidden) {
    for (String form : forms) {
      for (int at = 0; at + form.length() <= reading.length(); at++) {
        if (isAt(form, reading, at)) {
          hide(reading, at, at + form.length(), hidden);
        }
      }
    }
  }

  private static boolean isAt(String form, Reading reading, int at) {
    for (int i = 0; i < form.length(); i++) {
      char c = reading.at(at + i);
      char wanted = form.charAt(i);
      boolean lost = (c == Reading.UNKNOWN && !isWord(wanted)) || (c == '?' && wanted > '~');
      if (c != wanted && !lost) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private static void findAlone(String form, Reading reading, BitSet hidden) {
    String text = reading.text();
    for (int at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
      int end = at + form.length();
      boolean alone =
          (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))
              && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
      if (alone) {
        hide(reading, at, end, hidden);
      }
    }
  }

  /** Hides characters, and the blanks between them. */
  private static void hide(Reading reading, int first, int last, BitSet hidden) {
    int from = Integer.MAX_VALUE;
    int to = 0;
    for (int i = first; i < last; i++) {
      from = Math.min(from, reading.start(i));
      to = Math.max(to, reading.end(i));
    }
    hidden.set(from, to);
  }
}
