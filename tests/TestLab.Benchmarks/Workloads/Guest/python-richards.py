"""A small operating system's scheduler in objects: method calls, attributes, queues."""


class Packet:
    def __init__(self, kind, value):
        self.kind = kind
        self.value = value


class Task:
    def __init__(self, scheduler, name):
        self.scheduler = scheduler
        self.name = name
        self.queue = []
        self.handled = 0
        scheduler.tasks.append(self)

    def put(self, packet):
        self.queue.append(packet)

    def step(self):
        if not self.queue:
            return False
        self.handle(self.queue.pop(0))
        self.handled += 1
        return True


class Worker(Task):
    def handle(self, packet):
        packet.value = (packet.value * 1103515245 + 12345) & 0x7FFFFFFF
        self.scheduler.find("device", packet.value & 1).put(packet)


class Device(Task):
    def handle(self, packet):
        if packet.value & 4:
            self.scheduler.held += 1
        packet.kind = "done" if packet.kind == "work" else "work"
        self.scheduler.find("worker", packet.value >> 4 & 1).put(packet)


class Scheduler:
    def __init__(self):
        self.tasks = []
        self.held = 0

    def find(self, kind, number):
        wanted = f"{kind}{number}"
        for task in self.tasks:
            if task.name == wanted:
                return task
        raise KeyError(wanted)

    def run(self, steps):
        done = 0
        while done < steps:
            for task in self.tasks:
                done += task.step()
        return done


scheduler = Scheduler()
for number in range(2):
    Worker(scheduler, f"worker{number}")
    Device(scheduler, f"device{number}")
for value in range(8):
    scheduler.find("worker", value & 1).put(Packet("work", value * 1234567))
print(scheduler.run(120000), scheduler.held, [task.handled for task in scheduler.tasks])
