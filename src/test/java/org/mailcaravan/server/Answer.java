package org.mailcaravan.server;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a server sends for one command. Text has one char per octet.
 *
 * @param untagged the responses before the end, without "* " and line end; a literal is part of its
 *     response
 * @param tagged what follows the tag, such as {@code NO [CANNOT] not here}; null to say nothing
 * @param most how many octets of all this are sent; what is beyond never comes
 * @param hangsUp whether the connection ends then
 */
public record Answer(List<String> untagged, @Nullable String tagged, long most, boolean hangsUp) {
  private static final Pattern UID = Pattern.compile("^\\d+ FETCH \\(.*?\\bUID (\\d+)");

  public Answer {
    untagged = List.copyOf(untagged);
  }

  public static Answer tagged(String words) {
    return new Answer(List.of(), words, Long.MAX_VALUE, false);
  }

  public static Answer ok(String text) {
    return tagged("OK " + text);
  }

  public static Answer no(String text) {
    return tagged("NO " + text);
  }

  public static Answer bad(String text) {
    return tagged("BAD " + text);
  }

  /** BYE and the end of the connection. */
  public static Answer bye(String text) {
    return new Answer(List.of("BYE " + text), null, Long.MAX_VALUE, true);
  }

  /** The end of the connection without a word. */
  public static Answer hangUp() {
    return new Answer(List.of(), null, Long.MAX_VALUE, true);
  }

  /** Nothing, as if the command had never come. */
  public static Answer silence() {
    return new Answer(List.of(), null, Long.MAX_VALUE, false);
  }

  /** The same responses with another end. */
  public Answer ending(String words) {
    return new Answer(untagged, words, most, hangsUp);
  }

  public Answer withUntagged(List<String> responses) {
    return new Answer(responses, tagged, most, hangsUp);
  }

  /** More responses before these. */
  public Answer after(String... responses) {
    return withUntagged(Stream.concat(Stream.of(responses), untagged.stream()).toList());
  }

  /** Each response changed; null drops it. */
  public Answer mapped(UnaryOperator<@Nullable String> change) {
    return withUntagged(
        untagged.stream().flatMap(response -> Stream.ofNullable(change.apply(response))).toList());
  }

  /** Nothing comes after so many octets, and the connection ends there. */
  public Answer cutAfter(long octets) {
    return new Answer(untagged, tagged, octets, true);
  }

  public Answer thenHangUp() {
    return new Answer(untagged, tagged, most, true);
  }

  public boolean isOk() {
    return tagged != null && tagged.startsWith("OK");
  }

  /** The UID that a FETCH response tells, or -1. */
  public static long uid(String response) {
    int literal = response.indexOf("\r\n");
    Matcher told = UID.matcher(literal < 0 ? response : response.substring(0, literal));
    return told.find() ? Long.parseLong(told.group(1)) : -1;
  }

  String octets(String tag) {
    StringBuilder all = new StringBuilder();
    untagged.forEach(response -> all.append("* ").append(response).append("\r\n"));
    if (tagged != null) {
      all.append(tag).append(' ').append(tagged).append("\r\n");
    }
    return all.substring(0, (int) Math.min(all.length(), most));
  }
}
