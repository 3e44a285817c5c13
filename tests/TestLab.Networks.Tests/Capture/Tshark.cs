using System.Diagnostics;

namespace TestLab.Networks.Tests.Capture;

/// <summary>The judge of captures: what the well-known analyser reads in a file.</summary>
internal static class Tshark
{
    /// <returns>A line for each frame that the filter shows, with the values of the fields.</returns>
    public static string[][] Read(byte[] capture, string filter, params string[] fields)
    {
        string file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():n}.pcapng");
        File.WriteAllBytes(file, capture);
        try
        {
            var start = new ProcessStartInfo("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string argument in (string[])["-n", "-r", file, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
                "-Y", filter, "-T", "fields", "-E", "separator=|", .. fields.SelectMany(field => (string[])["-e", field])])
                start.ArgumentList.Add(argument);
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("tshark did not start.");
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, errors.Result);
            return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|'))];
        }
        finally
        {
            File.Delete(file);
        }
    }
}
