package tillstream;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.plugins.PluginsUtils;

/**
 * Runs one Elasticsearch node in the foreground, logging to stdout: {@code Launcher <home> <modules>}. Settings are in
 * {@code <home>/config/elasticsearch.yml}. The distribution's own launcher is not among the published jars, nor are
 * most of its modules: scripts, reindexing, security and index lifecycles are missing.
 */
public final class Launcher {
  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    LogConfigurator.configureESLogging();
    Settings where = Settings.builder().put("path.home", home).build();
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(where, Map.of(), home.resolve("config"), () -> "local");
    PluginsLoader modules =
        PluginsLoader.createPluginsLoader(
            PluginsUtils.getModuleBundles(Path.of(args[1])), Set.of(), Map.of(), false);
    Node node = new Node(environment, modules);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
    node.start();
    Thread.currentThread().join();
  }

  private static void close(Node node) {
    try {
      node.close();
    } catch (Exception error) {
      error.printStackTrace();
    }
  }
}
