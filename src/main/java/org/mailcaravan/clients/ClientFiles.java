package org.mailcaravan.clients;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.settings.Settings;

/** The settings of mail programs as files. Thread-safe. */
public final class ClientFiles {
  /** What Thunderbird asks for. */
  public static final String AUTOCONFIG = "config-v1.1.xml";

  /** What Outlook asks for. */
  public static final String AUTODISCOVER = "autodiscover.xml";

  private static final String XML = "text/xml; charset=utf-8";

  private final ClientAccounts accounts;
  private final ClientGuides guides;

  public ClientFiles(Settings settings, ClientGuides guides) {
    accounts = new ClientAccounts(settings);
    this.guides = guides;
  }

  /**
   * A file.
   *
   * @param name without folders, fit to be one on any system
   * @param type its media type
   */
  @SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
  public record ClientFile(String name, String type, byte[] octets) {}

  /**
   * The name of a domain's folder: the domain in ASCII. Empty for what is no domain, and as long as
   * the servers are not configured; then there are no files of it.
   */
  public Optional<String> folder(String domain) {
    return accounts.of(domain).map(ClientSettings::domain);
  }

  /** All of a domain; none when it has no {@link #folder}. */
  public List<ClientFile> all(String domain) {
    return accounts.of(domain).map(this::all).orElse(List.of());
  }

  private List<ClientFile> all(ClientSettings settings) {
    List<ClientFile> files = new ArrayList<>();
    files.add(autoconfig(settings));
    files.add(autodiscover(settings, null));
    files.add(profile(settings, null));
    guides
        .texts(settings)
        .forEach(
            guide ->
                files.add(
                    new ClientFile(
                        guide.name(),
                        guide.type(),
                        guide.text().getBytes(StandardCharsets.UTF_8))));
    return files;
  }

  /**
   * One of a domain, by its name.
   *
   * @param address a mailbox of this domain that it is for; null for all. What needs none, or what
   *     is no address of the domain, is as for all
   */
  public Optional<ClientFile> one(String domain, String name, @Nullable String address) {
    ClientSettings settings = accounts.of(domain).orElse(null);
    if (settings == null) {
      return Optional.empty();
    }
    String own =
        Optional.ofNullable(address)
            .flatMap(ClientAddress::of)
            .filter(mailbox -> accounts.of(mailbox.domain()).filter(settings::equals).isPresent())
            .map(ClientAddress::text)
            .orElse(null);
    if (name.equals(AUTODISCOVER)) {
      return Optional.of(autodiscover(settings, own));
    }
    if (name.equals(settings.domain() + AppleProfile.SUFFIX)) {
      return Optional.of(profile(settings, own));
    }
    return all(settings).stream().filter(file -> file.name().equals(name)).findFirst();
  }

  /** For the program that has this address. */
  public Optional<ClientFile> autoconfig(String address) {
    return ClientAddress.of(address)
        .flatMap(mailbox -> accounts.of(mailbox.domain()))
        .map(ClientFiles::autoconfig);
  }

  /**
   * For an Outlook that asks.
   *
   * @param question what it sent, at most a few KiB
   */
  public Optional<ClientFile> autodiscover(byte[] question) {
    return Autodiscover.address(question)
        .flatMap(ClientAddress::of)
        .flatMap(
            mailbox ->
                accounts
                    .of(mailbox.domain())
                    .map(settings -> autodiscover(settings, mailbox.text())));
  }

  private static ClientFile autoconfig(ClientSettings settings) {
    return new ClientFile(AUTOCONFIG, XML, Autoconfig.of(settings));
  }

  private static ClientFile autodiscover(ClientSettings settings, @Nullable String address) {
    return new ClientFile(AUTODISCOVER, XML, Autodiscover.of(settings, address));
  }

  private static ClientFile profile(ClientSettings settings, @Nullable String address) {
    return new ClientFile(
        settings.domain() + AppleProfile.SUFFIX,
        "application/x-apple-aspen-config",
        AppleProfile.of(settings, address));
  }
}
