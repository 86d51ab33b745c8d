package org.mailcaravan.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The passwords that tests have given to servers, in every form in which one may leak, and a search
 * for them. Those that are short or a plain word are left out: they stand anywhere. When Java ends,
 * the forms are written to {@code target/used-passwords}, for the search of {@code .ci/run}.
 */
public final class UsedPasswords {
  /** No form is shorter. */
  private static final int WINDOW = Long.BYTES;

  /** What lies behind this in a file is not read. */
  private static final int MOST_OCTETS = 64 << 20;

  private static final int SIEVE = 1 << 20;

  private record Form(String password, String name, String text) {
    byte[] octets() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private static final Map<Long, List<Form>> BY_BEGINNING = new HashMap<>();
  private static final BitSet MAYBE = new BitSet(SIEVE);
  private static final Set<String> KNOWN = new TreeSet<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(UsedPasswords::write));
  }

  private UsedPasswords() {}

  /** From now on it may stand in no file that the program writes; gives it back. */
  public static synchronized String add(String password) {
    boolean telling =
        password.length() >= WINDOW && !password.chars().allMatch(Character::isLetter);
    if (telling && KNOWN.add(password)) {
      forms(password)
          .forEach(
              (text, name) -> {
                byte[] octets = text.getBytes(StandardCharsets.UTF_8);
                if (octets.length >= WINDOW) {
                  long beginning = ByteBuffer.wrap(octets).getLong();
                  MAYBE.set(sieve(beginning));
                  BY_BEGINNING
                      .computeIfAbsent(beginning, key -> new ArrayList<>())
                      .add(new Form(password, name, text));
                }
              });
    }
    return password;
  }

  /** What stands for a password, and what that form is called. */
  public static Map<String, String> forms(String password) {
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put(password, "clear");
    forms.put(password.replace("\"", "\"\""), "CSV");
    forms.put(password.replace("\\", "\\\\").replace("\"", "\\\""), "JSON");
    forms.put(
        password
            .replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\"", "&quot;"),
        "HTML");
    String percent = URLEncoder.encode(password, StandardCharsets.UTF_8);
    for (String text : List.of(percent, percent.replace("+", "%20"))) {
      forms.putIfAbsent(text, "percent");
      forms.putIfAbsent(lowerCase(text, '%'), "percent");
    }
    StringBuilder printable = new StringBuilder();
    StringBuilder all = new StringBuilder();
    byte[] octets = password.getBytes(StandardCharsets.UTF_8);
    for (byte octet : octets) {
      String hex = "=" + HexFormat.of().withUpperCase().toHexDigits(octet);
      char c = (char) octet;
      printable.append(octet >= ' ' && octet < 127 && c != '=' ? String.valueOf(c) : hex);
      all.append(Character.isLetterOrDigit(c) && octet > 0 ? String.valueOf(c) : hex);
    }
    forms.putIfAbsent(printable.toString(), "quoted-printable");
    forms.putIfAbsent(all.toString(), "quoted-printable");
    forms.putIfAbsent(HexFormat.of().formatHex(octets), "hexadecimal");
    for (int before = 0; before < 3; before++) {
      byte[] moved = new byte[before + octets.length];
      System.arraycopy(octets, 0, moved, before, octets.length);
      String text = Base64.getEncoder().withoutPadding().encodeToString(moved);
      // The first and the last character may hold bits of what stands beside it.
      int begin = before == 0 ? 0 : before + 1;
      int end = text.length() - (moved.length % 3 == 0 ? 0 : 1);
      String sure = text.substring(begin, end);
      forms.putIfAbsent(sure, "Base64");
      forms.putIfAbsent(sure.replace('+', '-').replace('/', '_'), "Base64");
    }
    return forms;
  }

  private static String lowerCase(String text, char escape) {
    StringBuilder lower = new StringBuilder(text);
    for (int i = 0; i + 2 < text.length(); i++) {
      if (text.charAt(i) == escape) {
        lower.setCharAt(i + 1, Character.toLowerCase(text.charAt(i + 1)));
        lower.setCharAt(i + 2, Character.toLowerCase(text.charAt(i + 2)));
      }
    }
    return lower.toString();
  }

  /** The first password that stands in a file, and how. */
  static Optional<String> in(Path file) throws IOException {
    byte[] octets;
    try (InputStream in = Files.newInputStream(file)) {
      octets = in.readNBytes(MOST_OCTETS);
    }
    return in(octets);
  }

  static synchronized Optional<String> in(byte[] octets) {
    long window = 0;
    for (int end = 1; end <= octets.length; end++) {
      window = (window << 8) | (octets[end - 1] & 0xff);
      if (end >= WINDOW && MAYBE.get(sieve(window))) {
        int begin = end - WINDOW;
        for (Form form : BY_BEGINNING.getOrDefault(window, List.of())) {
          byte[] sought = form.octets();
          int stop = begin + sought.length;
          if (stop <= octets.length
              && Arrays.equals(octets, begin, stop, sought, 0, sought.length)) {
            return Optional.of("\"" + form.password() + "\" (" + form.name() + ")");
          }
        }
      }
    }
    return Optional.empty();
  }

  private static int sieve(long window) {
    long mixed = window * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> 44) & (SIEVE - 1);
  }

  private static synchronized void write() {
    Path target = Path.of("target");
    if (KNOWN.isEmpty() || !Files.isDirectory(target)) {
      return;
    }
    Set<String> lines = new TreeSet<>();
    for (List<Form> forms : BY_BEGINNING.values()) {
      for (Form form : forms) {
        if (form.text().lines().count() == 1) {
          lines.add(form.text());
        }
      }
    }
    try {
      Path folder = Files.createDirectories(target.resolve("used-passwords"));
      Files.write(folder.resolve(ProcessHandle.current().pid() + ".txt"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
