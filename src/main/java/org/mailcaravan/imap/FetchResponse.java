package org.mailcaravan.imap;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The data of one message from one or more FETCH responses (RFC 9051 section 7.5.2). */
final class FetchResponse {
  /** Finds the fetch that a body is for. */
  interface FetchLookup {
    /**
     * The fetch whose store takes a body, or null when no fetch wants it.
     *
     * @param uid of the message, or -1 while the response has not given it
     */
    @Nullable MessageFetch of(long uid, FetchItem item);

    /** Whether no fetch under way asks for a message. */
    default boolean isUnrequested(long uid) {
      return false;
    }
  }

  private static final int MOST_FLAGS = 256;
  private static final int MOST_OCTETS_OF_FLAGS = 16_384;

  private final Set<FetchItem> told = EnumSet.noneOf(FetchItem.class);
  private long uid = -1;
  private long size = -1;
  private long modSeq = -1;
  private Set<String> flags = Set.of();
  private @Nullable OffsetDateTime date;
  private @Nullable String emailId;
  private @Nullable Content content;
  private @Nullable MessageFetch keeper;
  private long octets;
  private boolean unclosed;

  /**
   * Reads the items, in any order, and skips unknown ones. A response about a message that nobody
   * asked for may lack its end after a literal: it is not used anyway.
   *
   * @throws ProtocolFailure when the response does not end where it should: the size of a literal
   *     was wrong, and nothing of the response may be used
   */
  void read(WireReader wire, FetchLookup fetches) throws IOException {
    wire.expect('(');
    for (wire.spaces(); !unclosed && !wire.skip(')'); wire.spaces()) {
      // Some servers answer BODY.PEEK[], which RFC 9051 section 7.5.2 does not allow.
      String item = wire.itemName().toUpperCase(Locale.ROOT).replace("BODY.PEEK[", "BODY[");
      wire.spaces();
      readItem(item, wire, fetches);
    }
    if (unclosed) {
      wire.endResponse();
      return;
    }
    wire.spaces();
    if (!wire.atLineEnd()) {
      throw new ProtocolFailure("the end of a FETCH response was expected");
    }
  }

  private void readItem(String item, WireReader wire, FetchLookup fetches) throws IOException {
    switch (item) {
      case "UID" -> uid = wire.number();
      case "FLAGS" -> {
        flags = kept(wire.words());
        told.add(FetchItem.FLAGS);
      }
      case "INTERNALDATE" -> {
        String text = wire.nstring();
        date = text == null ? null : InternalDate.parse(text);
        told.add(FetchItem.INTERNALDATE);
      }
      case "RFC822.SIZE" -> {
        size = wire.number();
        told.add(FetchItem.SIZE);
      }
      case "MODSEQ" -> {
        modSeq = ResponseText.number(wire.parenthesized());
        told.add(FetchItem.MODSEQ);
      }
      case "EMAILID", "X-GM-MSGID" -> {
        emailId = ResponseText.objectId(wire.parenthesized());
        told.add(FetchItem.EMAIL_ID);
      }
      case "BODY[]", "BODY[]<0>", "RFC822" -> readBody(FetchItem.MESSAGE, wire, fetches);
      case "BODY[HEADER]", "BODY[HEADER]<0>", "RFC822.HEADER" ->
          readBody(FetchItem.HEADER, wire, fetches);
      case "BODY[TEXT]", "BODY[TEXT]<0>", "RFC822.TEXT" -> readBody(FetchItem.TEXT, wire, fetches);
      default -> wire.skipValue();
    }
  }

  /**
   * Leaves out what is not a flag, such as a string with spaces or line ends, and what exceeds the
   * bounds: the flags of many messages are in memory at once.
   */
  private static Set<String> kept(List<String> words) {
    Set<String> kept = new HashSet<>();
    int octets = 0;
    for (String flag : words) {
      boolean fits = octets + flag.length() <= MOST_OCTETS_OF_FLAGS && kept.size() < MOST_FLAGS;
      if (fits && !flag.equalsIgnoreCase("\\Recent") && isWord(flag)) {
        octets += flag.length();
        kept.add(flag);
      }
    }
    return kept;
  }

  private static boolean isWord(String flag) {
    return flag.length() > (flag.startsWith("\\") ? 1 : 0)
        && flag.chars().allMatch(c -> c > ' ' && c != 0x7f && c <= 0xff);
  }

  private void readBody(FetchItem item, WireReader wire, FetchLookup fetches) throws IOException {
    MessageFetch fetch = content == null ? fetches.of(uid, item) : null;
    told.add(item);
    if (wire.isLiteral()) {
      Literal literal = wire.literal();
      if (fetch != null) {
        receive(fetch, literal.size(), literal);
      }
      literal.drain();
      int next = wire.peek();
      unclosed = uid >= 0 && fetches.isUnrequested(uid) && (next == '*' || wire.atLineEnd());
      if (next != ' ' && next != ')' && !unclosed) {
        throw new ProtocolFailure("a literal was not as long as announced");
      }
      return;
    }
    String text = wire.nstring();
    if (fetch != null && text != null) {
      byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
      receive(fetch, octets.length, new ByteArrayInputStream(octets));
    }
  }

  private void receive(MessageFetch fetch, long size, InputStream in) {
    octets = size;
    content = fetch.receive(size, in);
    keeper = fetch;
  }

  /**
   * Whether this fetch stored the content, if there is some. A body that comes before its UID may
   * be in the store of another fetch, which frees it at a time of its own.
   */
  boolean isOf(MessageFetch fetch) {
    return keeper == null || keeper.equals(fetch);
  }

  /** The UID, or -1 when it was not given. */
  long uid() {
    return uid;
  }

  boolean told(FetchItem item) {
    return told.contains(item);
  }

  /** Whether no octet of a body came. */
  boolean isEmpty() {
    return content == null || octets == 0;
  }

  /** Adds what an earlier response gave and this one did not; an empty body counts as none. */
  void complete(FetchResponse before) {
    if (isEmpty() && before.content != null) {
      discard();
      content = before.content;
      keeper = before.keeper;
      octets = before.octets;
    } else {
      before.discard();
    }
    flags = told(FetchItem.FLAGS) ? flags : before.flags;
    date = told(FetchItem.INTERNALDATE) ? date : before.date;
    size = told(FetchItem.SIZE) ? size : before.size;
    modSeq = told(FetchItem.MODSEQ) ? modSeq : before.modSeq;
    emailId = told(FetchItem.EMAIL_ID) ? emailId : before.emailId;
    told.addAll(before.told);
  }

  FetchedMessage message() {
    return new FetchedMessage(
        uid, flags, date, size, content, modSeq, emailId, told(FetchItem.FLAGS));
  }

  /** Closes the stored content. */
  void discard() {
    if (content != null) {
      content.close();
      content = null;
    }
  }
}
