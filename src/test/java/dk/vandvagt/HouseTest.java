package dk.vandvagt;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the rooms, and what a pure room never touches. When one fails, move the code, not the arrow. */
@AnalyzeClasses(packages = "dk.vandvagt", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
    private static ArchRule room(String name, String... maySee) {
        String[] own = new String[maySee.length + 1];
        own[0] = "dk.vandvagt." + name + "..";
        for (int i = 0; i < maySee.length; i++) {
            own[i + 1] = "dk.vandvagt." + maySee[i] + "..";
        }
        DescribedPredicate<JavaClass> otherRooms = JavaClass.Predicates.resideInAPackage("dk.vandvagt..")
                .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(own)));
        return noClasses()
                .that()
                .resideInAPackage("dk.vandvagt." + name + "..")
                .should()
                .dependOnClassesThat(otherRooms)
                .allowEmptyShould(true);
    }

    @ArchTest
    static final ArchRule STATION = room("station");

    @ArchTest
    static final ArchRule WIRE = room("wire", "station");

    @ArchTest
    static final ArchRule QUALITY = room("quality", "station");

    /** Quality's flags are the words in which analysis, alert and layer speak of a reading: see docs/adr/0003. */
    @ArchTest
    static final ArchRule ANALYSIS = room("analysis", "station", "quality");

    @ArchTest
    static final ArchRule ALERT = room("alert", "station", "quality");

    @ArchTest
    static final ArchRule LAYER = room("layer", "station", "quality", "alert");

    @ArchTest
    static final ArchRule SHARD = room("shard", "station", "wire", "quality", "analysis", "alert", "layer");

    @ArchTest
    static final ArchRule MQTT = room("mqtt", "shard", "station", "wire", "quality", "analysis", "alert", "layer");

    @ArchTest
    static final ArchRule JOURNAL =
            room("journal", "shard", "station", "wire", "quality", "analysis", "alert", "layer");

    @ArchTest
    static final ArchRule STORE = room("store", "shard", "station", "wire", "quality", "analysis", "alert", "layer");

    @ArchTest
    static final ArchRule NOTIFY = room("notify", "shard", "station", "wire", "quality", "analysis", "alert", "layer");

    @ArchTest
    static final ArchRule HTTP =
            room("http", "shard", "station", "wire", "quality", "analysis", "alert", "layer", "tally");

    @ArchTest
    static final ArchRule TERRAIN =
            room("terrain", "shard", "station", "wire", "quality", "analysis", "alert", "layer");

    @ArchTest
    static final ArchRule CONFIG = room("config", "station", "wire", "layer", "alert", "quality");

    @ArchTest
    static final ArchRule TALLY = room("tally");

    @ArchTest
    static final ArchRule EMBEDDED = room("embedded");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_APP = noClasses()
            .that()
            .resideOutsideOfPackage("dk.vandvagt.app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dk.vandvagt.app..");

    @ArchTest
    static final ArchRule PURE_ROOMS_USE_NO_IO_NO_THREADS_NO_LOGGING = noClasses()
            .that()
            .resideInAnyPackage(
                    "dk.vandvagt.station..",
                    "dk.vandvagt.wire..",
                    "dk.vandvagt.quality..",
                    "dk.vandvagt.analysis..",
                    "dk.vandvagt.alert..",
                    "dk.vandvagt.layer..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(
                            "io.vertx..",
                            "java.nio.file..",
                            "java.net..",
                            "java.sql..",
                            "org.slf4j..",
                            "java.time.temporal..")
                    .or(JavaClass.Predicates.type(Thread.class))
                    .or(JavaClass.Predicates.type(java.time.Clock.class)));

    @ArchTest
    static final ArchRule PURE_ROOMS_READ_NO_CLOCK = noClasses()
            .that()
            .resideInAnyPackage(
                    "dk.vandvagt.station..",
                    "dk.vandvagt.wire..",
                    "dk.vandvagt.quality..",
                    "dk.vandvagt.analysis..",
                    "dk.vandvagt.alert..",
                    "dk.vandvagt.layer..",
                    "dk.vandvagt.shard..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now");

    @ArchTest
    static final ArchRule EVERY_CLASS_HAS_A_ROOM = classes().should().resideInAPackage("dk.vandvagt.*");
}
