package org.mailcaravan.cli;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.cli.client.ServicePlace;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of all commands that ask a running service: where it is. */
final class ServiceOptions {
  /** A service that is not found by its data folder. */
  static final class Elsewhere {
    @Option(
        names = "--url",
        paramLabel = "URL",
        required = true,
        description = "The address of the service, instead of that of its data folder.")
    private String url = "";

    @Option(
        names = "--token-file",
        paramLabel = "FILE",
        required = true,
        description = "The file with the token of the service at --url: its api.token.")
    private Path tokenFile = Path.of("");
  }

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder of the service. Default: that of this installation.")
  private @Nullable Path data;

  @Option(
      names = "--config",
      paramLabel = "DIR",
      description = "The folder whose application.properties names the data folder.")
  private @Nullable Path config;

  @ArgGroup(exclusive = false)
  private @Nullable Elsewhere elsewhere;

  /**
   * The service that the options name.
   *
   * @throws org.mailcaravan.cli.client.NoService when none runs there
   */
  ServiceClient client(Launcher launcher) {
    Elsewhere named = elsewhere;
    return new ServiceClient(
        named != null
            ? ServicePlace.at(named.url, named.tokenFile)
            : ServicePlace.in(launcher.dataFolder(config, data, Map.of())));
  }
}
