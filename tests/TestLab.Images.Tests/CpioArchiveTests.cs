using System.Text;
using TestLab.Images.Initramfs;

namespace TestLab.Images.Tests;

/// <summary>The archive, read back by the rules of the kernel's buffer format.</summary>
internal sealed class CpioArchiveTests
{
    private static readonly byte[] _content = [1, 2, 3, 4, 5];

    private sealed record Entry(string Name, int Mode, int Links, byte[] Content, int Major, int Minor);

    [Test]
    public void EveryKindOfEntryReadsBack()
    {
        Assert.That(
            Read(Write()).Select(
                entry => (entry.Name, Mode: Convert.ToString(entry.Mode, 8), entry.Major, entry.Minor)),
            Is.EqualTo(new (string, string, int, int)[]
            {
                ("bin", "40755", 0, 0),
                ("bin/program", "100755", 0, 0),
                ("bin/sh", "120777", 0, 0),
                ("etc", "100644", 0, 0),
                ("dev/console", "20600", 5, 1),
                ("TRAILER!!!", "0", 0, 0),
            }));
    }

    [Test]
    public void ContentAndTargetReadBack()
    {
        List<Entry> entries = Read(Write());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entries[1].Content, Is.EqualTo(_content));
            Assert.That(Encoding.UTF8.GetString(entries[2].Content), Is.EqualTo("program"));
            Assert.That(entries[3].Content, Is.Empty);
        }
    }

    [Test]
    public void TheSameEntriesGiveTheSameBytesInWholeBlocks()
    {
        byte[] archive = Write();
        Assert.That(archive, Is.EqualTo(Write()));
        Assert.That(archive.Length % 512, Is.Zero);
    }

    private static byte[] Write()
    {
        using MemoryStream output = new();
        CpioArchive archive = new(output);
        archive.AddDirectory("bin");
        archive.AddFile("bin/program", _content, executable: true);
        archive.AddLink("bin/sh", "program");
        archive.AddFile("etc", []);
        archive.AddCharacterDevice("dev/console", 0x180, 5, 1);
        archive.Finish();
        return output.ToArray();
    }

    private static List<Entry> Read(byte[] archive)
    {
        List<Entry> entries = [];
        int position = 0;
        do
        {
            Assert.That(Encoding.ASCII.GetString(archive, position, 6), Is.EqualTo("070701"));
            int[] fields = [.. Enumerable.Range(0, 13).Select(
                index => Convert.ToInt32(Encoding.ASCII.GetString(archive, position + 6 + (index * 8), 8), 16))];
            string name = Encoding.UTF8.GetString(archive, position + 110, fields[11] - 1);
            int content = (position + 110 + fields[11] + 3) & ~3;
            entries.Add(new Entry(
                name, fields[1], fields[4], archive[content..(content + fields[6])], fields[9], fields[10]));
            position = (content + fields[6] + 3) & ~3;
        }
        while (entries[^1].Name != "TRAILER!!!");
        return entries;
    }
}
