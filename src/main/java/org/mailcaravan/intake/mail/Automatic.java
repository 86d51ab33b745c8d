package org.mailcaravan.intake.mail;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Tells mails that a program sent by itself, which must never be answered: RFC 3834 section 2, and
 * what programs before it do.
 */
final class Automatic {
  private static final Set<String> BULK = Set.of("bulk", "junk", "list", "auto_reply");

  /** How Exchange, Gmail and others begin the subject of an absence note, in lower case. */
  private static final List<String> ABSENCE_NOTES =
      List.of(
          "automatic reply:",
          "auto reply:",
          "autoreply:",
          "out of office:",
          "automatische antwort:",
          "abwesenheit:",
          "abwesenheitsnotiz:",
          "abwesend:",
          "automatisch antwoord:",
          "réponse automatique",
          "respuesta automática:",
          "risposta automatica:",
          "resposta automática:",
          "automatiskt svar:",
          "autosvar:",
          "automatisk svar:",
          "automaattinen vastaus:",
          "odpowiedź automatyczna:",
          "automatická odpověď:",
          "otomatik yanıt:");

  private Automatic() {}

  /**
   * What shows that it is automatic; empty when a person sent it.
   *
   * @param header gives the first header of a name
   */
  static Optional<String> sign(Function<String, Optional<String>> header) {
    String submitted = word(header, "Auto-Submitted");
    if (!submitted.isEmpty() && !submitted.matches("no\\b(?!-).*")) {
      return Optional.of("Auto-Submitted");
    }
    if (BULK.contains(word(header, "Precedence"))) {
      return Optional.of("Precedence");
    }
    Optional<String> present =
        Stream.of("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Reply")
            .filter(name -> header.apply(name).isPresent())
            .findFirst();
    if (present.isPresent()) {
      return present;
    }
    if (word(header, "X-Auto-Response-Suppress").matches("all|.*\\bautoreply\\b.*")) {
      return Optional.of("X-Auto-Response-Suppress");
    }
    if (word(header, "Return-Path").matches("<\\s*(mailer-daemon(@.*)?)?\\s*>.*")) {
      return Optional.of("Return-Path: <>");
    }
    if (word(header, "From").matches("(.*[<\\s])?mailer-daemon@.*")) {
      return Optional.of("MAILER-DAEMON");
    }
    String subject =
        MailParts.decoded(header.apply("Subject").orElse("")).strip().toLowerCase(Locale.ROOT);
    if (ABSENCE_NOTES.stream().anyMatch(subject::startsWith)) {
      return Optional.of("the subject of an absence note");
    }
    String type = word(header, "Content-Type");
    return type.startsWith("multipart/report") || type.startsWith("message/delivery-status")
        ? Optional.of("a delivery report")
        : Optional.empty();
  }

  private static String word(Function<String, Optional<String>> header, String name) {
    return header.apply(name).orElse("").strip().toLowerCase(Locale.ROOT);
  }
}
