package org.mailcaravan.cutover;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An SPF record (RFC 7208), as its terms in order.
 *
 * @param terms those that are valid
 * @param invalid those that make the whole record an error
 */
record SpfRecord(List<Term> terms, List<String> invalid) {
  /** How such records begin (section 4.5). */
  static final Pattern BEGIN = Pattern.compile("v=spf1(?= |$)", Pattern.CASE_INSENSITIVE);

  private static final Pattern MECHANISM =
      Pattern.compile(
          "[+?~-]?(?:all|include:[\\x21-\\x7e]+|exists:[\\x21-\\x7e]+|ptr(?::[\\x21-\\x7e]+)?"
              + "|(?:a|mx)(?::[\\x21-\\x7e]+)?(?:/\\d{1,3})?(?://\\d{1,3})?"
              + "|ip4:\\d{1,3}(?:\\.\\d{1,3}){3}(?:/\\d{1,2})?"
              + "|ip6:[0-9a-f:.]+(?:/\\d{1,3})?)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern MODIFIER =
      Pattern.compile("[a-z][a-z0-9_.-]*=[\\x21-\\x7e]*", Pattern.CASE_INSENSITIVE);

  /** Receivers that take an unlisted sender's mail as suspicious: what providers advise. */
  static final Term SOFT_FAIL = Term.of("~all");

  /**
   * One term, as it stands.
   *
   * @param qualifier {@code +} where there is none
   * @param name such as {@code include}
   * @param value what follows, in lower case; empty when there is none
   */
  record Term(String text, char qualifier, String name, String value) {
    static Term of(String text) {
      boolean qualified = "+?~-".indexOf(text.charAt(0)) >= 0;
      String rest = (qualified ? text.substring(1) : text).toLowerCase(Locale.ROOT);
      int end = 0;
      while (end < rest.length() && ":=/".indexOf(rest.charAt(end)) < 0) {
        end++;
      }
      return new Term(
          text,
          qualified ? text.charAt(0) : '+',
          rest.substring(0, end),
          end < rest.length() ? rest.substring(end + 1) : "");
    }

    boolean isAll() {
      return name.equals("all");
    }

    boolean isRedirect() {
      return name.equals("redirect");
    }

    /** Whether a receiver asks the DNS for it (section 4.6.4). */
    boolean isLookup() {
      return switch (name) {
        case "include", "a", "mx", "ptr", "exists", "redirect" -> true;
        default -> false;
      };
    }

    /** Without its qualifier, in lower case. */
    String plain() {
      return ("+?~-".indexOf(text.charAt(0)) >= 0 ? text.substring(1) : text)
          .toLowerCase(Locale.ROOT);
    }
  }

  SpfRecord {
    terms = List.copyOf(terms);
    invalid = List.copyOf(invalid);
  }

  static SpfRecord read(String text) {
    List<Term> terms = new ArrayList<>();
    List<String> invalid = new ArrayList<>();
    String[] parts = text.split(" +", -1);
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i];
      if (part.isEmpty()) {
        continue;
      }
      boolean isModifier = MODIFIER.matcher(part).matches();
      if (!isModifier && !MECHANISM.matcher(part).matches()) {
        invalid.add(part);
        continue;
      }
      Term term = Term.of(part);
      if (isModifier && terms.stream().anyMatch(each -> isSameModifier(each, term))) {
        invalid.add(part);
      } else {
        terms.add(term);
      }
    }
    return new SpfRecord(terms, invalid);
  }

  /** These may be there once (section 6). */
  private static boolean isSameModifier(Term one, Term other) {
    return one.name().equals(other.name()) && (other.isRedirect() || other.name().equals("exp"));
  }

  /** Of several records one, with each term once, in order. */
  static SpfRecord merged(List<SpfRecord> records) {
    List<Term> terms = new ArrayList<>();
    List<Term> last = new ArrayList<>();
    List<String> invalid = new ArrayList<>();
    for (SpfRecord record : records) {
      invalid.addAll(record.invalid());
      for (Term term : record.terms()) {
        List<Term> list = term.isAll() || term.isRedirect() ? last : terms;
        if (list.stream().noneMatch(each -> each.plain().equals(term.plain()))) {
          list.add(term);
        }
      }
    }
    terms.addAll(last);
    return new SpfRecord(terms, invalid);
  }

  /** What a receiver reads: nothing behind {@code all}, and then no redirect (section 5.1). */
  List<Term> effective() {
    List<Term> read = new ArrayList<>();
    for (Term term : terms) {
      read.add(term);
      if (term.isAll()) {
        return read.stream().filter(each -> !each.isRedirect()).toList();
      }
    }
    return read;
  }

  /**
   * The record with these terms before what ends it; everybody is no longer allowed, and all else
   * stays.
   */
  String with(List<String> ours) {
    List<String> before = new ArrayList<>();
    List<String> behind = new ArrayList<>();
    boolean ended = false;
    for (Term term : terms) {
      ended = ended || term.isAll() || term.isRedirect();
      if (!ours.contains(term.plain())) {
        (ended ? behind : before)
            .add(term.isAll() && term.qualifier() == '+' ? SOFT_FAIL.text() : term.text());
      } else if (term.qualifier() == '+' && !ended) {
        before.add(term.text());
      }
    }
    ours.stream()
        .filter(term -> before.stream().noneMatch(each -> Term.of(each).plain().equals(term)))
        .forEach(before::add);
    if (!ended) {
      behind.add(SOFT_FAIL.text());
    }
    return "v=spf1 " + String.join(" ", before) + " " + String.join(" ", behind);
  }
}
