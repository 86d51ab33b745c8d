package org.mailcaravan.intake;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.intake.mail.MailFile;
import org.mailcaravan.intake.mail.UploadedForm;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Sha256;

/** A request as a caller of the API sent it, with the files that came with it. Immutable. */
public final class Upload {
  private final String name;
  private final byte[] request;
  private final List<MailFile> files;
  private final @Nullable Path folder;
  private final Caller.@Nullable Key key;
  private final @Nullable Language language;
  private final String ticket;

  private Upload(
      String name,
      byte[] request,
      List<MailFile> files,
      @Nullable Path folder,
      Caller.@Nullable Key key,
      @Nullable Language language,
      String ticket) {
    this.name = name;
    this.request = request;
    this.files = List.copyOf(files);
    this.folder = folder;
    this.key = key;
    this.language = language;
    this.ticket = ticket;
  }

  /**
   * What was the body of a call.
   *
   * @param name fit to be shown
   */
  public static Upload ofBody(String name, byte[] request) {
    return new Upload(name, request, List.of(), null, null, null, "");
  }

  /**
   * A form.
   *
   * @param name fit to be shown
   */
  public static Upload ofForm(String name, UploadedForm form) {
    return new Upload(name, form.request().octets(), form.files(), null, null, null, form.ticket());
  }

  /**
   * A file of this machine; what it names is found beside it.
   *
   * @throws org.mailcaravan.model.RequestRejected when it cannot be read
   */
  public static Upload ofFile(Path file) {
    String name = RequestText.nameOf(file);
    return new Upload(
        name,
        RequestText.octets(file, name),
        List.of(),
        file.toAbsolutePath().normalize().getParent(),
        null,
        null,
        "");
  }

  /**
   * The same, so that it is done once, however often it is sent.
   *
   * @param text 1 to 128 visible characters of ASCII, chosen by the caller
   */
  public Upload with(String text) {
    return new Upload(
        name,
        request,
        files,
        folder,
        new Caller.Key(text, SlowDigest.of(digest(), text)),
        language,
        ticket);
  }

  /**
   * The same, to be answered in a language.
   *
   * @param other null where the caller does not say one
   */
  public Upload in(@Nullable Language other) {
    return new Upload(name, request, files, folder, key, other, ticket);
  }

  /** The same, of a ticket of the help desk. */
  public Upload ofTicket(String other) {
    return new Upload(name, request, files, folder, key, language, other);
  }

  /** Whether a text can be the number of a ticket. */
  public static boolean isTicket(String text) {
    return OptionCheck.isTicket(text);
  }

  /** The name of the request, fit to be shown. */
  public String name() {
    return name;
  }

  /** The files with it that are neither contacts nor a calendar, nor hold such. */
  public List<String> strangers() {
    return files.stream()
        .filter(file -> !Attachments.isAttachment(file))
        .map(MailFile::name)
        .toList();
  }

  /** What makes it known again; null where the caller gave nothing. */
  public Caller.@Nullable Key key() {
    return key;
  }

  /** The language that the caller wants; null where he does not say one. */
  @Nullable Language language() {
    return language;
  }

  /** The ticket that the caller names beside the request; empty for none. */
  public String ticket() {
    return ticket;
  }

  byte[] request() {
    return request;
  }

  List<MailFile> files() {
    return files;
  }

  /** From where names of files count; null where they can only be among those that came with it. */
  @Nullable Path folder() {
    return folder;
  }

  /** Of all that was sent, in hexadecimal digits. It holds passwords, so that it is not kept. */
  String digest() {
    MessageDigest sha256 = Sha256.digest();
    add(sha256, name, request);
    if (!ticket.isEmpty()) {
      add(sha256, "", ticket.getBytes(StandardCharsets.UTF_8));
    }
    files.forEach(file -> add(sha256, file.name(), file.octets()));
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static void add(MessageDigest sha256, String name, byte[] octets) {
    sha256.update((name + "\0" + octets.length + "\0").getBytes(StandardCharsets.UTF_8));
    sha256.update(octets);
  }

  @Override
  public String toString() {
    return name + " with " + files.size() + " files";
  }
}
